import fc from 'fast-check';
import { narrowerPermissions } from './narrower-permissions.js';
import { covers } from './permission.js';

describe('narrower permissions', () => {
  it.each([
    [['read', 'write'], ['read'], { left: ['read'], unasked: ['write'], tooBroad: [] }],
    [['admin'], ['read'], { left: ['read'], unasked: [], tooBroad: ['admin'] }],
    [['admin', 'read'], ['read'], { left: ['read'], unasked: ['admin'], tooBroad: [] }],
    [
      ['reports.*', 'read'],
      ['reports.daily', 'read'],
      { left: ['read', 'reports.daily'], unasked: [], tooBroad: ['reports.*'] },
    ],
    [['akm:keys:read', 'akm:verify', 'write'], ['akm:verify', 'write'], undefined],
    [
      ['akm:keys:read', 'write', 'read'],
      ['read'],
      { left: ['akm:keys:read', 'read'], unasked: ['write'], tooBroad: [] },
    ],
    [['read'], ['read'], undefined],
    [['read', 'write'], [], undefined],
  ])('of %j, where %j was asked for, are %j', (granted, asked, narrower) => {
    expect(narrowerPermissions(granted, asked)).toEqual(narrower);
  });

  it('leave a wildcard alone below which many things were asked for', () => {
    const many = Array.from({ length: 11 }, (_, n) => `reports.r${n}`);
    expect(narrowerPermissions(['reports.*'], many)).toBeUndefined();
    expect(narrowerPermissions(['reports.*', 'write'], many)).toMatchObject({
      left: ['reports.*'],
      unasked: ['write'],
    });
  });

  it('give the same answers as before to everything that was granted, and nothing that was not', () => {
    const permission = fc.constantFrom(
      'read',
      'write',
      'admin',
      'a.b',
      'a.c',
      'a.*',
      'a.b.*',
      'a.b.d',
      'akm:verify',
      'akm:*',
    );
    fc.assert(
      fc.property(fc.uniqueArray(permission), fc.uniqueArray(permission), (granted, all) => {
        const asked = all.filter((each) => covers(granted, each));
        const narrower = narrowerPermissions(granted, asked);
        if (narrower === undefined) return;
        expect(asked.filter((each) => !covers(narrower.left, each))).toEqual([]);
        expect(narrower.left.filter((each) => !covers(granted, each))).toEqual([]);
      }),
    );
  });
});

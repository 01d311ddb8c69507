import { allOf, parseQuery, type PermissionQuery, type VerdictCode } from '#domain';
import type { UsageRecorder } from '../../usage/usage-recorder.js';
import { AskedPermissions } from './asked-permissions.js';
import type { KnownKey } from './known-key.js';

const NOON = Date.UTC(2026, 10, 22, 12);
const HOUR_MS = 3_600_000;
const usage = { dropped: 0 };
let asked: AskedPermissions;
beforeEach(() => {
  usage.dropped = 0;
  asked = new AskedPermissions(usage as UsageRecorder);
});

const key = (id = 'a', permissions = ['read', 'write', 'reports.*']) =>
  ({ key: { id, permissions }, asked: null }) as unknown as KnownKey;
const query = (text: string): PermissionQuery => {
  const parsed = parseQuery(text);
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed.query;
};
const ask = (required?: PermissionQuery, at = NOON, of = key(), code: VerdictCode = 'VALID') =>
  asked.newIn(code, of, required, at);

describe('what a use asks for', () => {
  it('is new once a day for each key and permission', () => {
    expect(ask(query('read'))).toEqual(['read']);
    expect(ask(query('read'))).toBeNull();
    expect(ask(query('write AND read'))).toEqual(['write']);
    expect(ask(query('read'), NOON, key('b'))).toEqual(['read']);
    expect(ask(query('read'), NOON + 11 * HOUR_MS)).toBeNull();
    expect(ask(query('read'), NOON + 12 * HOUR_MS)).toEqual(['read']);
    expect(ask(query('read'), NOON)).toEqual(['read']);
  });

  it('is what of it was granted', () => {
    expect(ask(query('read OR delete'))).toEqual(['read']);
    expect(ask(query('read OR delete'))).toBeNull();
    expect(ask(query('reports.daily AND write'))).toEqual(['reports.daily', 'write']);
  });

  it('is known of none where it named none', () => {
    expect(ask(undefined)).toEqual(['']);
    expect(ask(allOf([]))).toBeNull();
    expect(ask(undefined)).toBeNull();
  });

  it('counts where the use failed for something else only', () => {
    expect(ask(query('read'), NOON, key(), 'INSUFFICIENT_PERMISSIONS')).toBeNull();
    expect(ask(query('read'), NOON, key(), 'REVOKED')).toBeNull();
    expect(ask(query('read'), NOON, key(), 'RATE_LIMITED')).toEqual(['read']);
    expect(ask(query('write'), NOON, key(), 'USAGE_EXCEEDED')).toEqual(['write']);
  });

  it('is new again once a permission is granted that was asked for in vain', () => {
    expect(ask(query('read OR delete'))).toEqual(['read']);
    expect(ask(query('read OR delete'), NOON, key('a', ['delete']))).toEqual(['delete']);
  });

  it('is new again for everybody when a record was lost', () => {
    ask(query('read'));
    usage.dropped = 1;
    expect(ask(query('read'))).toEqual(['read']);
    expect(ask(query('read'))).toBeNull();
  });

  it('is the wildcard where there would be no end of it', () => {
    const many = Array.from({ length: 100 }, (_, n) => ask(query(`reports.of_${n}`)));
    expect(many.filter((each) => each?.[0]?.startsWith('reports.of_'))).toHaveLength(64);
    expect(many[64]).toEqual(['reports.*']);
    expect(many.slice(65).every((each) => each === null)).toBe(true);
    expect(ask(query('write'))).toEqual(['write']);
  });

  it('is new again of a key that is still in memory, on another day and when a record was lost', () => {
    const held = key();
    const read = query('read');
    const asked = [NOON, NOON, NOON, NOON + 12 * HOUR_MS, NOON + 12 * HOUR_MS].map((at) => ask(read, at, held));
    expect(asked).toEqual([['read'], null, null, ['read'], null]);
    expect(ask(query('write'), NOON + 12 * HOUR_MS, held)).toEqual(['write']);
    expect(ask(undefined, NOON + 12 * HOUR_MS, held)).toEqual(['']);
    usage.dropped = 1;
    expect(ask(read, NOON + 12 * HOUR_MS, held)).toEqual(['read']);
  });

  it('is forgotten of the key that came the longest ago when there are too many, and then told again', () => {
    for (let n = 0; n <= 50_000; n++) ask(query('read'), NOON, key(`key ${n}`));
    expect(ask(query('read'), NOON, key('key 1'))).toBeNull();
    expect(ask(query('read'), NOON, key('key 0'))).toEqual(['read']);
  });
});

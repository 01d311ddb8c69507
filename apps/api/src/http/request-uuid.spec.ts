import { validate, version } from 'uuid';
import { requestUuid } from './request-uuid.js';

describe('requestUuid', () => {
  const ids = Array.from({ length: 10_000 }, (_, n) => requestUuid(1_700_000_000_000 + Math.floor(n / 1_000)));

  it('makes UUIDs of version 7', () => {
    for (const id of ids) expect([validate(id), version(id)]).toEqual([true, 7]);
  });

  it('makes none twice', () => {
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('begins with the time, so that ids sort as requests came', () => {
    expect(requestUuid(0x0123456789ab)).toMatch(/^01234567-89ab-7/);
    expect(requestUuid(1)).toMatch(/^00000000-0001-7/);
  });
});

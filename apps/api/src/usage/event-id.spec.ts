import { validate, version } from 'uuid';
import { eventId } from './event-id.js';

const at = Date.UTC(2026, 0, 1);

describe('the id of an event', () => {
  it('is a UUID of version 7', () => {
    expect(validate(eventId(at, 1, '0123456ab'))).toBe(true);
    expect(version(eventId(at, 1, '0123456ab'))).toBe(7);
  });

  it('sorts as events came', () => {
    const ids = [1, 2, 4095, 4096, 0xffffff, 0x1000000].map((n) => eventId(at, n, 'fffffffff'));
    expect([...ids, eventId(at + 1, 1, '000000000')].sort()).toEqual([...ids, eventId(at + 1, 1, '000000000')]);
  });

  it('differs between spools', () => {
    expect(eventId(at, 1, '000000000')).not.toBe(eventId(at, 1, '000000001'));
  });
});

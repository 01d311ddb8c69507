import { format, inspect } from 'node:util';
import { PlaintextKey } from './plaintext-key.js';

const SECRET = 'akm_live_not-for-any-log';
const key = new PlaintextKey(SECRET);

describe('a plaintext key', () => {
  it('is read by the one word that can be searched for', () => {
    expect(key.reveal()).toBe(SECRET);
  });

  it.each([
    ['joined into a text', () => `${String(key)}${[key].join()}`],
    ['serialised', () => JSON.stringify({ key })],
    ['inspected', () => inspect({ key }, { showHidden: true, depth: 5 })],
    ['formatted for a log', () => format('%s %o %O %j', key, key, key, key)],
    ['spread', () => JSON.stringify({ ...key }) + Object.keys(key).join()],
    ['part of an error', () => inspect(new Error('failed', { cause: key }))],
  ])('does not leak when it is %s', (_, print) => {
    expect(print()).not.toContain(SECRET);
  });
});

import { knownKey } from '../../../../../../test/support/known-key.js';
import { RecentlyRead } from './recently-read.js';

describe('RecentlyRead', () => {
  const often = knownKey({ name: 'often' });
  const once = knownKey({ name: 'once' });
  /** Entries that share a place. */
  const [entry, others] = [5, [4_101, 8_197, 12_293]];

  it('keeps a key that is found again, whatever is found once in between', () => {
    const recent = new RecentlyRead();
    recent.offer(entry, often);
    recent.offer(entry, often);
    for (const other of others) {
      expect(recent.get(other)).toBeUndefined();
      recent.offer(other, once);
      expect(recent.get(entry)).toBe(often);
    }
  });

  it('gives the place to another key that is found again', () => {
    const recent = new RecentlyRead();
    const [other = -1] = others;
    for (const offered of [entry, entry, other, other]) recent.offer(offered, offered === entry ? often : once);
    expect(recent.get(entry)).toBeUndefined();
    expect(recent.get(other)).toBe(once);
  });

  it('has nothing of an entry that was removed', () => {
    const recent = new RecentlyRead();
    recent.offer(entry, often);
    recent.offer(entry, often);
    recent.remove(entry);
    expect(recent.get(entry)).toBeUndefined();
  });
});

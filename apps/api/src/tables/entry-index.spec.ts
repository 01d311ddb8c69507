import fc from 'fast-check';
import { EntryIndex } from './entry-index.js';

describe('EntryIndex', () => {
  it('finds what was added and not removed, however many share a hash or stand beside each other', () => {
    // Few hashes, and such as meet at the end of a stripe.
    const hash = fc.constantFrom(0, 1, 2, 6, 7, 8, 15, 0xff000007, 0xff000008, 0xffffffff);
    const step = fc.record({ entry: fc.nat({ max: 40 }), hash, isAdded: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const index = new EntryIndex();
        const model = new Map<number, number>();
        for (const { entry, hash: of, isAdded } of steps) {
          const before = model.get(entry);
          if (isAdded && before === undefined) {
            index.add(of, entry);
            model.set(entry, of);
          } else if (!isAdded && before !== undefined) {
            index.remove(before, entry);
            model.delete(entry);
          }
        }
        for (let entry = 0; entry <= 40; entry++) {
          const of = model.get(entry);
          const found = index.find(of ?? 0, (candidate) => candidate === entry);
          expect(found).toBe(of === undefined ? -1 : entry);
        }
      }),
    );
  });
});

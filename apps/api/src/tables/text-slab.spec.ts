import fc from 'fast-check';
import { SLAB_TEXT_BYTES_MAX, TextSlab } from './text-slab.js';

describe('TextSlab', () => {
  it('gives back every text as it was put, whatever was put and removed meanwhile', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.uint8Array({ maxLength: 200 }) },
      { weight: 1, arbitrary: fc.nat({ max: 1_000 }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const slab = new TextSlab();
        const held: { place: number; text: Uint8Array }[] = [];
        for (const taken of steps) {
          if (typeof taken !== 'number') held.push({ place: slab.put(taken), text: taken });
          else if (held.length > 0) slab.remove(held.splice(taken % held.length, 1)[0]?.place ?? 0);
        }
        for (const { place, text } of held) {
          expect(slab.read(place, text.length, 'latin1')).toBe(Buffer.from(text).toString('latin1'));
        }
        for (const { place } of held) slab.remove(place);
        expect(slab.bytes).toBe(0);
      }),
    );
  });

  it('takes no more memory for texts that come in the place of others', () => {
    const slab = new TextSlab();
    for (let n = 0; n < 100_000; n++) slab.remove(slab.put(Buffer.alloc(100)));
    const place = slab.put(Buffer.alloc(100));
    expect(place).toBeLessThan(1_000);
  });

  it('refuses a text that is too long', () => {
    const slab = new TextSlab();
    expect(slab.read(slab.put(Buffer.alloc(SLAB_TEXT_BYTES_MAX, 'x')), 3, 'utf8')).toBe('xxx');
    expect(() => slab.put(Buffer.alloc(SLAB_TEXT_BYTES_MAX + 1))).toThrow(RangeError);
  });
});

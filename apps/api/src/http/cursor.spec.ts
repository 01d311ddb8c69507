import fc from 'fast-check';
import { decodeCursor, encodeCursor, isReadByCursor, readStretch } from './cursor.js';

const text = fc.string({ unit: 'grapheme' });

describe('a cursor', () => {
  it('leads back to its place, in its own list only', () => {
    fc.assert(
      fc.property(text, text, text, (list, other, place) => {
        const cursor = encodeCursor(list, place);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(decodeCursor(list, cursor)).toBe(place);
        if (other !== list) expect(decodeCursor(other, cursor)).toBeUndefined();
      }),
    );
  });

  it('is refused when anything about it is another', () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.constantFrom('A', 'z', '=', ' ', ''), (place, at, instead) => {
        const cursor = encodeCursor('list', place);
        const damaged = cursor.slice(0, at % cursor.length) + instead + cursor.slice((at % cursor.length) + 1);
        fc.pre(damaged !== cursor);
        expect(decodeCursor('list', damaged)).toBeUndefined();
      }),
    );
  });

  it.each(['', 'x', 'MTIz', 'a'.repeat(100)])('is refused when we did not make it: %j', (made) => {
    expect(decodeCursor('list', made)).toBeUndefined();
  });
});

describe('reading by cursor', () => {
  it('is asked for by a cursor, or a limit alone', () => {
    expect(isReadByCursor({ cursor: 'x' })).toBe(true);
    expect(isReadByCursor({ limit: 5 })).toBe(true);
    expect(isReadByCursor({})).toBe(false);
    expect(isReadByCursor({ page: 2, page_size: 5 })).toBe(false);
  });

  it('does not go with pages', () => {
    expect(() => isReadByCursor({ limit: 5, page: 1 })).toThrow();
    expect(() => isReadByCursor({ cursor: 'x', page_size: 1 })).toThrow();
  });

  it('leads on as long as there is more, and not behind the last', async () => {
    const items = ['a', 'b', 'c', 'd'];
    const readBehind = (cursor: string) =>
      readStretch(
        2,
        (count) => Promise.resolve(items.slice(items.indexOf(cursor) + 1).slice(0, count)),
        (last) => last,
      );
    expect(await readBehind('')).toEqual({ items: ['a', 'b'], next: 'b' });
    expect(await readBehind('b')).toEqual({ items: ['c', 'd'], next: null });
    expect(await readBehind('d')).toEqual({ items: [], next: null });
  });
});

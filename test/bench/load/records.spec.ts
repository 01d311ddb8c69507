import { countOf, drawn, grouped, recordsOf, slice, textAt } from './records.js';

describe('records', () => {
  const letters = recordsOf(['aa', 'bb', 'cc', 'dd', 'ee']);

  it('are found by their number', () => {
    expect(countOf(letters)).toBe(5);
    expect(textAt(letters, 2)).toBe('cc');
    expect(countOf(recordsOf([]))).toBe(0);
  });

  it('are drawn in any order, more than once too', () => {
    expect(drawn(letters, 3, (n) => 4 - 2 * n).bytes.toString()).toBe('eeccaa');
    expect(drawn(letters, 2, () => 1).bytes.toString()).toBe('bbbb');
  });

  it('are cut and grouped; what does not fill a group is left out', () => {
    expect(slice(letters, 1, 3).bytes.toString()).toBe('bbcc');
    expect(textAt(grouped(letters, 2, '","'), 1)).toBe('cc","dd');
    expect(countOf(grouped(letters, 2, '","'))).toBe(2);
  });

  it('have one length', () => {
    expect(() => recordsOf(['a', 'bb'])).toThrow(RangeError);
  });
});

import * as fc from 'fast-check';
import { parseCsv } from '../../../../test/support/csv.js';
import { csvRecord } from './csv-record.js';

describe('a CSV record', () => {
  it('is read back by RFC 4180 as what was written, but for the apostrophe', () => {
    const anyCell = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(',', '"', '\r', '\n', '=', "'", 'a') }));
    fc.assert(
      fc.property(fc.array(fc.array(anyCell, { minLength: 2, maxLength: 4 }), { minLength: 1 }), (records) => {
        const read = parseCsv(records.map(csvRecord).join(''));
        expect(read.map((cells) => cells.map(withoutApostrophe))).toEqual(
          records.map((cells) => cells.map(withoutApostrophe)),
        );
      }),
    );
  });

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '  =1',
    '\uff1d1',
    '\uff0b1',
    '\uff0d1',
    '\uff201',
    '="a","b"',
  ])('makes text of %j', (formula) => {
    expect(parseCsv(csvRecord(['a', formula]))).toEqual([['a', `'${formula}`]]);
  });

  it('leaves numbers, and texts that are none, alone', () => {
    expect(csvRecord([-1.5, null, 'a-b=c', 'a "b"', ''])).toBe('-1.5,,a-b=c,"a ""b""",\r\n');
  });
});

/** What the writer puts before a formula is no part of it; the formula may begin with one itself. */
function withoutApostrophe(cell: string): string {
  return cell.replace(/^'+/, '');
}

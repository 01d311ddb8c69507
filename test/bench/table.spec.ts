import { table } from './table.js';

describe('the benchmark table', () => {
  it('puts words to the left, figures to the right and a line where nothing is known', () => {
    const rows = [
      { scenario: 'hello', 'req/s': 1000, ratio: 1 },
      { scenario: 'GET /verify', 'req/s': 65, ratio: null },
    ];
    expect(table(rows).split('\n')).toEqual([
      'scenario     req/s  ratio',
      'hello         1000      1',
      'GET /verify     65      -',
    ]);
  });
});

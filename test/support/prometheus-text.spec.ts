import { parseMetrics } from './prometheus-text.js';

const HEAD = '# HELP a_total What it counts\n# TYPE a_total counter\n';

describe('parseMetrics', () => {
  it('reads metrics, labels and numbers', () => {
    const told = parseMetrics(`${HEAD}a_total{route="a",why="\\"b\\", c"} 1.5e+3\na_total{route="b"} 0\n`);
    expect(told.get('a_total')).toEqual({
      name: 'a_total',
      help: 'What it counts',
      type: 'counter',
      samples: [
        { name: 'a_total', labels: { route: 'a', why: '\\"b\\", c' }, value: 1500 },
        { name: 'a_total', labels: { route: 'b' }, value: 0 },
      ],
    });
  });

  it.each([
    ['a last line that does not end', `${HEAD}a_total 1`],
    ['a sample without a metric', 'a_total 1\n'],
    ['a sample of another metric', `${HEAD}b_total 1\n`],
    ['a metric twice', `${HEAD}a_total 1\n${HEAD}`],
    ['a sample twice', `${HEAD}a_total{b="1"} 1\na_total{b="1"} 2\n`],
    ['a label twice', `${HEAD}a_total{b="1",b="2"} 1\n`],
    ['what is no number', `${HEAD}a_total one\n`],
    ['a counter below nothing', `${HEAD}a_total -1\n`],
    ['a histogram without an end', '# HELP h H\n# TYPE h histogram\nh_bucket{le="1"} 1\nh_sum 1\nh_count 1\n'],
    [
      'a histogram that shrinks',
      '# HELP h H\n# TYPE h histogram\nh_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n',
    ],
  ])('refuses %s', (_, text) => {
    expect(() => parseMetrics(text)).toThrow();
  });
});

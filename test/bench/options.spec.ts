import { asksFor, parseOptions } from './options.js';

describe('the options of the benchmark', () => {
  it('ask for everything by default', () => {
    const options = parseOptions([]);
    expect([options.rounds, options.seconds, options.only]).toEqual([3, 3, []]);
    expect(asksFor(options, 'warm')).toBe(true);
  });

  it('ask for parts and scenarios by name, however they are written', () => {
    const options = parseOptions(['--only', 'limits, get /verify', '--only', 'cold']);
    expect(['limits', 'GET /verify', 'cold', 'warm'].map((name) => asksFor(options, name))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it.each([
    ['--rounds', '0'],
    ['--seconds', '1.5'],
    ['--keys', 'many'],
  ])('refuse %s %s', (option, value) => {
    expect(() => parseOptions([option, value])).toThrow(`${option} is a whole number`);
  });

  it('refuse what they do not know', () => {
    expect(() => parseOptions(['--round', '3'])).toThrow();
  });
});

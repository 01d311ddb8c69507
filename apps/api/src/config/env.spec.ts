import { ConfigurationError, parseEnv } from './env.js';

const problemsOf = (source: Record<string, string>) => {
  try {
    parseEnv(source);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
};

describe('parseEnv', () => {
  it('has a default for everything', () => {
    expect(parseEnv({})).toMatchObject({ PORT: 8000, RATE_LIMIT_PER_MINUTE: 60, TRUST_PROXY: [], LOG_LEVEL: 'info' });
  });

  it('reads an empty variable as an absent one', () => {
    expect(parseEnv({ PORT: '' }).PORT).toBe(8000);
  });

  it('lists every bad variable by name and none by value', () => {
    const problems = problemsOf({
      PORT: '70000',
      RATE_LIMIT_PER_DAY: '1e3',
      DATABASE_URL: 'mysql://root:hunter2@db/x',
    });
    expect(problems.map((line) => line.split(':')[0])).toEqual(
      expect.arrayContaining(['PORT', 'RATE_LIMIT_PER_DAY', 'DATABASE_URL']),
    );
    expect(problems.join()).not.toContain('hunter2');
  });

  it('splits lists and drops the blanks', () => {
    expect(parseEnv({ TRUST_PROXY: '10.0.0.0/8, ,::1' }).TRUST_PROXY).toEqual(['10.0.0.0/8', '::1']);
  });
});

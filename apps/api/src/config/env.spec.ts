import { ConfigurationError } from './configuration-error.js';
import { parseEnv } from './env.js';

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

  it.each([
    ['DATABASE_URL', 'mysql://root:hunter2@db/x', 'must be a postgres:// URL'],
    ['DATABASE_URL', 'hunter2', 'must be a postgres:// URL'],
    ['REDIS_URL', 'http://hunter2@cache', 'must be a redis:// or rediss:// URL'],
    ['TRUST_PROXY', '10.0.0.0/8, hunter2', 'entry 2 must be an address or a CIDR, such as 10.0.0.0/8'],
    ['TRUST_PROXY', '10.0.0.0/33', 'entry 1 must be an address or a CIDR, such as 10.0.0.0/8'],
    ['TRUST_PROXY', 'fe80::1%eth0', 'entry 1 must be an address or a CIDR, such as 10.0.0.0/8'],
    ['CORS_ORIGINS', 'https://app.example.com/', 'entry 1 must be an origin, such as https://app.example.com'],
    ['CORS_ORIGINS', 'https://App.example.com', 'entry 1 must be an origin, such as https://app.example.com'],
    ['CORS_ORIGINS', 'https://a.example,*', 'entry 2 must be an origin, such as https://app.example.com'],
    ['CORS_ORIGINS', 'app.example.com', 'entry 1 must be an origin, such as https://app.example.com'],
  ])('says of %s=%s what is wanted', (name, value, wanted) => {
    expect(problemsOf({ [name]: value })).toEqual([`${name}: ${wanted}`]);
  });

  it('takes what trusted proxies and origins are written like', () => {
    const env = { TRUST_PROXY: '10.0.0.7,::1,fd00::/8,0.0.0.0/0', CORS_ORIGINS: 'http://localhost:5173' };
    expect(problemsOf(env)).toEqual([]);
  });

  it('splits lists and drops the blanks', () => {
    expect(parseEnv({ TRUST_PROXY: '10.0.0.0/8, ,::1' }).TRUST_PROXY).toEqual(['10.0.0.0/8', '::1']);
  });

  it('reads true and false, and nothing that merely looks like them', () => {
    expect(parseEnv({ WEBHOOK_ALLOW_PRIVATE: 'true' }).WEBHOOK_ALLOW_PRIVATE).toBe(true);
    expect(parseEnv({ WEBHOOK_ALLOW_PRIVATE: 'false' }).WEBHOOK_ALLOW_PRIVATE).toBe(false);
    expect(problemsOf({ WEBHOOK_ALLOW_PRIVATE: '1' })).toEqual(['WEBHOOK_ALLOW_PRIVATE: must be one of true, false']);
  });

  it('takes secrets for a webhook in the form of the standard, and never repeats a bad one', () => {
    const secret = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;
    const url = { WEBHOOK_URL: 'https://example.com/hook' };
    const good = [secret(24), secret(64)];
    expect(parseEnv({ ...url, WEBHOOK_SECRET: good.join(',') }).WEBHOOK_SECRET).toEqual(good);
    for (const bad of [secret(23), secret(65), 'hunter2', `${secret(32)}!`, secret(32).slice('whsec_'.length)]) {
      const problems = problemsOf({ ...url, WEBHOOK_SECRET: `${secret(24)},${bad}` });
      expect(problems).toEqual(['WEBHOOK_SECRET: entry 2 must be whsec_ and 24 to 64 bytes in base64']);
    }
  });

  it('asks for the secret of a webhook with its URL, and for the URL with the secret', () => {
    const both = ['WEBHOOK_URL, WEBHOOK_SECRET: set both or neither'];
    expect(problemsOf({ WEBHOOK_URL: 'https://example.com/hook' })).toEqual(both);
    expect(problemsOf({ WEBHOOK_SECRET: `whsec_${Buffer.alloc(32).toString('base64')}` })).toEqual(both);
  });
});

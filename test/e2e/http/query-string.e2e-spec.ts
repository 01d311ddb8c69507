import { type Person, TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
let developer: Person;
beforeAll(async () => {
  developer = await app.person();
});

const list = (query: string) => app.call('GET', `/api/v1/keys?${query}`, { as: developer.token });

describe('200', () => {
  it.each(['page=1&page_size=10', 'q=a+b%26c', 'q=%F0%9F%98%80', ''])('understands %s', async (query) => {
    expect(await list(query)).toMatchObject({ status: 200 });
  });
});

describe('400', () => {
  it.each([
    ['page=1&page=2', 'REPEATED_PARAMETER'],
    ['page=1&%70age=2', 'REPEATED_PARAMETER'],
    ['q=%00', 'INVALID_TEXT'],
    ['q=%ff', 'INVALID_TEXT'],
    ['q=%c0%af', 'INVALID_TEXT'],
    ['q=%', 'INVALID_TEXT'],
    ['__proto__=1', 'BAD_REQUEST'],
  ])('refuses %s as %s', async (query, code) => {
    expect(await list(query)).toMatchObject({ status: 400, body: { code } });
  });

  it.each(['/api/v1/protected/test', '/api/v1/verify', '/api/v1/keys', '/health', '/docs', '/nothing'])(
    'refuses a key in the URL of %s, whatever the parameter is called, and does not repeat it',
    async (path) => {
      const { secret } = await app.key(developer);
      for (const query of [`api_key=${secret}`, `q=${secret}`, secret, `a=/${secret}/`, 'access_token=x']) {
        const answer = await app.call('GET', `${path}?${query}`, { key: secret });
        expect(answer).toMatchObject({ status: 400, body: { code: 'KEY_IN_QUERY' } });
        expect(answer.text).not.toContain(secret);
      }
    },
  );
});

describe('a key in a URL', () => {
  const log = async (id: string) => {
    const answer = await app.call('GET', `/api/v1/logs/my-keys?api_key_id=${id}`, { as: developer.token });
    return (answer.body.items as Record<string, unknown>[]).filter((entry) => entry.status_code === 400);
  };

  it.each(['token=', '', 'a=1&', 'next=/'])('is in the log of its owner, who should rotate it (%s)', async (before) => {
    const { id, secret } = await app.key(developer);
    const { headers } = await app.call('GET', `/nothing?${before}${secret}`);
    const entries = await log(id);
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      action: 'api_key_validation_failed',
      endpoint: '/nothing',
      request_id: headers.get('x-request-id'),
      metadata: { reason: 'key_in_query', key_prefix: secret.slice(0, 15) },
    });
    expect(JSON.stringify(entries)).not.toContain(secret);
  });

  it('is not in it when the text is no key of ours, which anyone could send', async () => {
    const { id, secret } = await app.key(developer);
    const url = `/nothing?api_key=${secret.slice(0, -1)}`;
    expect(await app.call('GET', url)).toMatchObject({ status: 400 });
    expect(await log(id)).toEqual([]);
  });
});

describe('422', () => {
  it.each(['0x10', '1e1', '%201', '%2B1', '1.0', '٣', '-1', '0', '', '99999999999999999999', 'Infinity'])(
    'refuses %s for a number',
    async (value) => {
      for (const name of ['page', 'page_size']) {
        const { status, body } = await list(`${name}=${encodeURIComponent(decodeURIComponent(value))}`);
        expect(status).toBe(422);
        expect(body.errors).toEqual(
          expect.arrayContaining([expect.objectContaining({ field: name }) as unknown]) as unknown,
        );
      }
    },
  );

  it('refuses parameters it does not know', async () => {
    expect(await list('owner=me')).toMatchObject({ status: 422, body: { errors: [{ field: 'owner' }] } });
  });
});

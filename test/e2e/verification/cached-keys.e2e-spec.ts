import '../../support/e2e-timeout.js';
import { randomBytes } from 'node:crypto';
import { digestOf, generateKey } from '#domain';
import { KeyCache } from '../../../apps/api/src/keys/verification/key-cache.js';
import { KeyLookup } from '../../../apps/api/src/keys/verification/key-lookup.js';
import { eventually } from '../../support/eventually.js';
import { type Person, TestApp } from '../../support/test-app.js';

let app: TestApp;
let owner: Person;
let find: jest.SpiedFunction<KeyLookup['find']>;

beforeAll(async () => {
  app = await TestApp.start();
  owner = await app.person();
});
beforeEach(async () => {
  find = jest.spyOn(app.nest.get(KeyLookup), 'find');
  await trusted();
});
afterEach(() => {
  find.mockRestore();
});
afterAll(() => app.stop());

const use = (secret: string) => app.call('GET', '/api/v1/verify', { key: secret });
const codeOf = async (secret: string) => String((await use(secret)).body.code);

async function trusted(): Promise<void> {
  const isTrusted = async () => {
    const { body } = await app.call<{ details: { key_cache: { trusted: boolean } } }>('GET', '/readyz');
    return body.details.key_cache.trusted;
  };
  await eventually('the cache is trusted', isTrusted);
}

/** What does not differ between two uses. */
function comparable(body: Record<string, unknown>): object {
  return { ...body, rate_limit: null, request_id: null };
}

/** A key that is in the cache: not only was it used, but the cache was told of its creation before. */
async function warmKey(body: Record<string, unknown> = {}): Promise<{ id: string; secret: string }> {
  const key = await app.key(owner, body);
  await eventually('the key is found without asking', async () => {
    find.mockClear();
    expect((await use(key.secret)).status).toBe(200);
    return find.mock.calls.length === 0;
  });
  return key;
}

describe('a key that was used', () => {
  it('is not looked up again', async () => {
    const { secret } = await warmKey();
    for (let n = 0; n < 3; n++) expect(await codeOf(secret)).toBe('VALID');
    expect(find).not.toHaveBeenCalled();
  });

  it('tells from memory everything that it tells from the database', async () => {
    const { secret } = await warmKey({
      name: 'Größe 1',
      external_id: 'customer-42',
      meta: { plan: 'gold', nested: { seats: [1, 2] } },
      permissions: ['read', 'invoices.*'],
      environment: 'staging',
      rate_limit_per_minute: 77,
    });
    const known = (await use(secret)).body;
    app.nest.get(KeyCache).forget();
    const asked = (await use(secret)).body;
    expect(comparable(known)).toEqual(comparable(asked));
    expect(known).toMatchObject({ name: 'Größe 1', external_id: 'customer-42', meta: { nested: { seats: [1, 2] } } });
    expect(find).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['revoked', (id: string) => app.call('DELETE', `/api/v1/keys/${id}`, { as: owner.token }), 'API_KEY_REVOKED'],
    [
      'disabled',
      (id: string) => app.call('POST', `/api/v1/keys/${id}/disable`, { as: owner.token }),
      'API_KEY_DISABLED',
    ],
    [
      'restricted',
      (id: string) => app.call('PUT', `/api/v1/keys/${id}`, { as: owner.token, body: { allowed_services: ['a'] } }),
      'API_KEY_SERVICE_NOT_ALLOWED',
    ],
    [
      'rotated without grace',
      (id: string) =>
        app.call('POST', `/api/v1/keys/${id}/rotate`, { as: owner.token, body: { grace_period_hours: 0 } }),
      'API_KEY_GRACE_ENDED',
    ],
  ])('is refused from the moment at which it being %s was answered', async (_, change, refusal) => {
    for (let n = 0; n < 5; n++) {
      const { id, secret } = await warmKey();
      expect((await change(id)).status).toBeLessThan(300);
      expect(await codeOf(secret)).toBe(refusal);
    }
  });

  it.each([
    ['UPDATE of the key', `UPDATE api_keys SET state = 'revoked' WHERE id = $1`, 'API_KEY_REVOKED'],
    [
      'UPDATE of its secret',
      `UPDATE api_key_secrets SET retired_at = '2020-01-01' WHERE key_id = $1`,
      'API_KEY_GRACE_ENDED',
    ],
    ['DELETE of its secret', `DELETE FROM api_key_secrets WHERE key_id = $1`, 'API_KEY_NOT_FOUND'],
    [
      'UPDATE that gives its secret to another key',
      `UPDATE api_key_secrets SET key_id = (SELECT id FROM api_keys WHERE name = 'disabled one'), version = 2 WHERE key_id = $1`,
      'API_KEY_DISABLED',
    ],
  ])('is changed behind the back of akm, by %s, and judged as it is now', async (_, sql, refusal) => {
    const other = await app.key(owner, { name: 'disabled one' });
    await app.call('POST', `/api/v1/keys/${other.id}/disable`, { as: owner.token });
    await app.dataSource.query(`DELETE FROM api_key_secrets WHERE key_id = $1`, [other.id]);
    const { id, secret } = await warmKey();
    await app.dataSource.query(sql, [id]);
    await eventually('the change is known', async () => (await codeOf(secret)) === refusal);
    await app.dataSource.query(`UPDATE api_keys SET name = 'no longer' WHERE id = $1`, [other.id]);
  });

  it('is forgotten with all others when a table is emptied', async () => {
    const { secret } = await warmKey();
    await app.dataSource.query('TRUNCATE api_key_secrets CASCADE');
    await eventually('the change is known', async () => (await codeOf(secret)) === 'API_KEY_NOT_FOUND');
  });
});

describe('a key that is being looked up', () => {
  it('is read again when it is revoked meanwhile, so that the cache never brings it back to life', async () => {
    const { id, secret } = await app.key(owner);
    const lookup = app.nest.get(KeyLookup);
    find.mockRestore();
    const read = lookup.find.bind(lookup);
    let reads = 0;
    find = jest.spyOn(lookup, 'find').mockImplementation(async (digest) => {
      const known = await read(digest);
      // Between what was read and what is kept of it.
      if (++reads === 1) {
        const { status } = await app.call('DELETE', `/api/v1/keys/${id}`, { as: owner.token });
        expect(status).toBe(204);
      }
      return known;
    });
    expect(await codeOf(secret)).toBe('API_KEY_REVOKED');
    expect(await codeOf(secret)).toBe('API_KEY_REVOKED');
    // Twice at least: what the feed tells of the same change may meet the second read as well.
    expect(reads).toBeGreaterThanOrEqual(2);
  });

  it('is refused with 503, and not remembered, while the database does not answer', async () => {
    const { secret } = await app.key(owner);
    find.mockRestore();
    const pool = (app.dataSource.driver as unknown as { master: { query: () => Promise<unknown> } }).master;
    const query = jest.spyOn(pool, 'query').mockRejectedValue(new Error('the database is away'));
    const refused = await use(secret);
    query.mockRestore();
    expect([refused.status, refused.body.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect(refused.headers.get('retry-after')).not.toBeNull();
    expect(await codeOf(secret)).toBe('VALID');
  });
});

describe('what is no key', () => {
  it('is remembered, and accepted as soon as somebody brings it', async () => {
    const secret = generateKey('production', randomBytes).reveal();
    await eventually('it is refused without asking', async () => {
      find.mockClear();
      expect(await codeOf(secret)).toBe('API_KEY_NOT_FOUND');
      return find.mock.calls.length === 0;
    });
    const hash = digestOf(secret).toString('hex');
    const keys = [{ name: 'brought', hash, algorithm: 'sha256' }];
    expect((await app.call('POST', '/api/v1/keys/import', { as: owner.token, body: keys })).status).toBe(201);
    expect(await codeOf(secret)).toBe('VALID');
  });
});

import { type Person, TestApp } from '../../support/test-app.js';

interface Insights {
  recommendations: {
    key_id: string;
    severity: string;
    observed: string;
    call: { method: string; path: string; body: Record<string, unknown> | null } | null;
  }[];
  recommendation_counts: { kind: string; count: number; is_exact: boolean }[];
}

type Key = Awaited<ReturnType<TestApp['key']>>;

const DAY_MS = 86_400_000;
const app = TestApp.forTests();
let admin: Person;

beforeAll(async () => {
  admin = await app.person('admin');
});

const look = async (as: Person, query = '') =>
  (await app.call<Insights>('GET', `/api/v1/insights${query}`, { as: as.token })).body;

describe('permissions that nobody asks for', () => {
  const use = async (key: Key, permissions?: string | string[]) => {
    const { body } = await app.call<{ code: string }>('POST', '/api/v1/verify', {
      as: admin.token,
      body: { key: key.secret, permissions },
    });
    return body.code;
  };
  /** Of a key with these permissions that was used so, some weeks ago and, after the days in between, for the last time. */
  const adviceAfter = async (permissions: string[], uses: (key: Key) => Promise<void>, days = 30) => {
    let person = await app.person();
    const key = await app.key(person, { permissions, expires_in_days: 365 });
    await uses(key);
    await app.ingest();
    app.clock.advance(days * DAY_MS);
    [person, admin] = [await app.signedIn(person), await app.signedIn(admin)];
    const insights = await look(person, '?kind=unused_permissions');
    return { person, key, insights, advice: insights.recommendations };
  };

  it('are named since they are on record, and taken away by the call that is offered', async () => {
    const { person, key, advice, insights } = await adviceAfter(['read', 'write', 'reports.*'], async (key) => {
      expect(await use(key, 'read AND reports.daily')).toBe('VALID');
      expect((await app.call('GET', '/api/v1/protected/test', { key: key.secret })).status).toBe(200);
    });
    expect(insights.recommendation_counts).toEqual([{ kind: 'unused_permissions', count: 1, is_exact: false }]);
    expect(advice).toMatchObject([
      {
        key_id: key.id,
        severity: 'low',
        call: { method: 'PUT', path: `/api/v1/keys/${key.id}`, body: { permissions: ['read', 'reports.daily'] } },
      },
    ]);
    expect(advice[0]?.observed).toMatch(
      /^Since \d{4}-\d\d-\d\d, as far back as that is known, it was asked for read, reports\.daily\. Nothing has asked for write\. It holds reports\.\*, which is more\.$/,
    );
    const call = advice[0]?.call;
    const applied = await app.call(call?.method ?? '', call?.path ?? '', { as: person.token, body: call?.body });
    expect(applied.status).toBe(200);
    expect((await look(person, '?kind=unused_permissions')).recommendations).toEqual([]);
    expect(await use(key, 'read AND reports.daily')).toBe('VALID');
    expect(await use(key, 'write')).toBe('INSUFFICIENT_PERMISSIONS');
  });

  it('are told of an admin key in the place of everything', async () => {
    const { person, advice } = await adviceAfter(['admin'], async (key) => {
      await use(key, ['read']);
      await use(key, ['write']);
    });
    expect(advice).toMatchObject([{ severity: 'medium', call: { body: { permissions: ['read', 'write'] } } }]);
    const all = await look(person, '?kind=admin_key');
    expect(all.recommendations).toMatchObject([{ call: { body: { permissions: ['read', 'write'] } } }]);
  });

  it('are not, while one was asked for in the last 90 days', async () => {
    const uses = async (key: Key) => {
      await use(key, 'read');
      await use(key, 'write');
      await app.ingest();
      app.clock.advance(60 * DAY_MS);
      admin = await app.signedIn(admin);
      expect(await use(key, 'read')).toBe('VALID');
    };
    const { advice, person } = await adviceAfter(['read', 'write'], uses, 20);
    expect(advice).toEqual([]);
    app.clock.advance(12 * DAY_MS);
    const later = await look(await app.signedIn(person), '?kind=unused_permissions');
    expect(later.recommendations).toMatchObject([{ call: { body: { permissions: ['read'] } } }]);
    expect(later.recommendations[0]?.observed).toMatch(/^Since \d{4}-\d\d-\d\d it was asked for read\. Nothing/);
  });

  it.each([
    ['a use named no permission', (key: Key) => use(key), ['read', 'write']],
    ['too little time has passed', (key: Key) => use(key, 'read'), ['read', 'write'], 7],
    ['they are of akm itself', (key: Key) => use(key, 'akm:verify'), ['akm:verify', 'akm:keys:read']],
    ['everything was asked for', (key: Key) => use(key, 'read AND write'), ['read', 'write']],
    ['it was asked for in vain only', (key: Key) => use(key, 'delete'), ['read', 'write']],
  ])('are not where %s', async (_, asked, permissions, days = 30) => {
    const uses = async (key: Key) => {
      await asked(key);
    };
    if (permissions.includes('akm:verify')) admin = await app.signedIn(admin);
    expect((await adviceAfter(permissions, uses, days)).advice).toEqual([]);
  });

  it('are told since permissions were changed', async () => {
    const { advice } = await adviceAfter(['read'], async (key) => {
      await use(key, 'read');
      app.clock.advance(10 * DAY_MS);
      admin = await app.signedIn(admin);
      const body = { permissions: ['read', 'write'] };
      expect((await app.call('PUT', `/api/v1/keys/${key.id}`, { as: admin.token, body })).status).toBe(200);
      await use(key, 'read');
    });
    expect(advice[0]?.observed).toMatch(
      /, when its permissions were changed, it was asked for read\. Nothing has asked for write\.$/,
    );
  });
});

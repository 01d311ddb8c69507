import { v7 as uuidv7 } from 'uuid';
import { Anomaly } from '../../../apps/api/src/anomaly/anomaly.entity.js';
import { ApiKeySecret } from '../../../apps/api/src/keys/api-key-secret.entity.js';
import { ApiKey } from '../../../apps/api/src/keys/api-key.entity.js';
import { StoredUsageEvent } from '../../../apps/api/src/usage/usage-event.entity.js';
import { KeyUsage } from '../../../apps/api/src/usage/key-usage.entity.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { makeUsageDays } from '../../support/usage.js';

interface Recommendation {
  kind: string;
  severity: string;
  key_id: string;
  key_name: string;
  key_prefix: string;
  since: string;
  observed: string;
  advised: string;
  call: { method: string; path: string; body: Record<string, unknown> | null } | null;
}

interface Insights {
  total_keys: number;
  active_keys: number;
  keys_needing_rotation: { key_id: string; reasons: string[]; since: string; call: { path: string } }[];
  keys_needing_rotation_total: number;
  anomalies_detected?: { id: string }[];
  anomalies_total?: number;
  recommendations: Recommendation[];
  recommendation_counts: { kind: string; count: number; is_exact: boolean }[];
  unknown: string[];
}

type Key = Awaited<ReturnType<TestApp['key']>>;

const DAY_MS = 86_400_000;
/** A key about which there is nothing to say. */
const GOOD = { allowed_ips: ['10.0.0.0/8'], expires_in_days: 90 };
const app = TestApp.forTests({ AUTO_ROTATION_ENABLED: 'false' });
let admin: Person;

beforeAll(async () => {
  admin = await app.person('admin');
});

const daysAgo = (days: number) => new Date(app.clock.now() - days * DAY_MS);
const look = async (as: Person, query = '') =>
  (await app.call<Insights>('GET', `/api/v1/insights${query}`, { as: as.token })).body;
const kinds = ({ recommendations }: Insights) => recommendations.map(({ kind }) => kind);

/** A key of somebody who has no other, made so many days ago. */
async function alone(body: object, made = 10): Promise<{ person: Person; key: Key }> {
  const person = await app.person();
  const key = await app.key(person, { ...GOOD, ...body });
  const createdAt = daysAgo(made);
  await app.dataSource.manager.update(ApiKey, { id: key.id }, { createdAt });
  await app.dataSource.manager.update(ApiKeySecret, { keyId: key.id }, { createdAt });
  return { person, key };
}

async function used(key: Key, at: Date): Promise<void> {
  const secret = await app.dataSource.manager.findOneByOrFail(ApiKeySecret, { keyId: key.id });
  await app.dataSource.manager.insert(KeyUsage, {
    keyId: key.id,
    secretId: secret.id,
    usageCount: '1',
    lastUsedAt: at,
  });
}

/** Uses from these addresses in turn, over the last ten days. */
async function usedFrom(key: Key, addresses: (string | null)[], outcome: 'VALID' | 'IP_NOT_ALLOWED' = 'VALID') {
  const times = Array.from({ length: 60 }, (_, n) => daysAgo(n / 6));
  await makeUsageDays(app.dataSource, ...times.map((time) => time.getTime()));
  const { id: secretId } = await app.dataSource.manager.findOneByOrFail(ApiKeySecret, { keyId: key.id });
  await app.dataSource.manager.insert(
    StoredUsageEvent,
    times.map((timestamp, n) => ({
      ...{ id: uuidv7(), timestamp, keyId: key.id, secretId, ownerId: null, outcome, latencyUs: 40 },
      ...{ requestId: 'made', ipAddress: addresses[n % addresses.length] ?? null, userAgent: null },
      ...{ method: 'GET', endpoint: '/', leaf: null, salt: null, commitment: null },
    })),
  );
  await used(key, daysAgo(0));
}

describe('200', () => {
  it('says nothing of a key that is used, limited, young and expires', async () => {
    const { person, key } = await alone({});
    await used(key, daysAgo(1));
    expect(await look(person)).toMatchObject({
      total_keys: 1,
      active_keys: 1,
      keys_needing_rotation: [],
      keys_needing_rotation_total: 0,
      anomalies_detected: [],
      anomalies_total: 0,
      recommendations: [],
    });
  });

  it('counts keys that no longer work, and says no more of them', async () => {
    const { person, key } = await alone({ allowed_ips: [], permissions: ['admin'] }, 400);
    await app.call('POST', `/api/v1/keys/${key.id}/disable`, { as: person.token });
    const insights = await look(person);
    expect(insights).toMatchObject({ total_keys: 1, active_keys: 0, recommendations: [], keys_needing_rotation: [] });
  });

  it('names keys that are due by policy, by age and by expiry, those with the oldest secret first', async () => {
    const { person, key: old } = await alone({}, 400);
    const due = await app.key(person, { ...GOOD, rotation: { every_days: 30, grace_hours: 1 } });
    const ending = await app.key(person, { ...GOOD, expires_in_days: 3 });
    await app.key(person, { ...GOOD, rotation: { every_days: 30, grace_hours: 1 } });
    await app.dataSource.manager.update(ApiKeySecret, { keyId: due.id }, { createdAt: daysAgo(31) });
    const { keys_needing_rotation: needing, keys_needing_rotation_total: total } = await look(person);
    expect(needing.map(({ key_id, reasons }) => [key_id, reasons])).toEqual([
      [old.id, ['age']],
      [due.id, ['policy']],
      [ending.id, ['expiry']],
    ]);
    expect(needing.map(({ since }) => since)).toEqual(
      [daysAgo(35), daysAgo(1), daysAgo(27)].map((at) => at.toISOString()),
    );
    expect(needing[0]?.call.path).toBe(`/api/v1/keys/${old.id}/rotate`);
    expect(total).toBe(3);
  });

  const CASES: {
    kind: string;
    severity: string;
    body: object;
    made?: number;
    observed: RegExp;
    call: RegExp | null;
  }[] = [
    {
      kind: 'unrestricted',
      severity: 'medium',
      body: { allowed_ips: [] },
      observed: /from anywhere/,
      call: null,
    },
    {
      kind: 'admin_key',
      severity: 'medium',
      body: { permissions: ['admin'] },
      observed: /may do everything \(admin\)/,
      call: null,
    },
    {
      kind: 'unused',
      severity: 'medium',
      body: {},
      made: 91,
      observed: /Nobody has ever used it/,
      call: /^POST .*\/disable$/,
    },
    {
      kind: 'old_secret',
      severity: 'medium',
      body: {},
      made: 366,
      observed: /the same since/,
      call: /^POST .*\/rotate$/,
    },
    {
      kind: 'no_expiry',
      severity: 'low',
      body: { expires_in_days: null, never_expires: true },
      observed: /never expires/,
      call: /^PUT /,
    },
    {
      kind: 'expiring',
      severity: 'high',
      body: { expires_in_days: 3 },
      observed: /expires on 2026-11-25/,
      call: /^PUT /,
    },
  ];

  it.each(CASES)('recommends what to do about $kind, and says no more once it is done', async (the) => {
    const { person, key } = await alone(the.body, the.made);
    const [said, ...others] = (await look(person, `?kind=${the.kind}`)).recommendations;
    expect(others).toEqual([]);
    expect(said).toMatchObject({ kind: the.kind, severity: the.severity, key_id: key.id, key_name: 'test' });
    expect(key.secret.startsWith(said?.key_prefix ?? '?')).toBe(true);
    expect(said?.observed).toMatch(the.observed);
    expect(said?.advised).not.toBe('');
    if (the.call === null) {
      expect(said?.call).toBeNull();
      return;
    }
    const { method = '', path = '', body } = said?.call ?? {};
    expect(`${method} ${path}`).toMatch(the.call);
    const done = await app.call(method, path, { as: person.token, ...(body && { body }) });
    expect(done.status).toBe(200);
    expect((await look(person, `?kind=${the.kind}`)).recommendations).toEqual([]);
  });

  it('puts the gravest first: a key that may do everything from anywhere before one that never expires', async () => {
    const { person } = await alone({
      permissions: ['admin'],
      allowed_ips: [],
      expires_in_days: null,
      never_expires: true,
    });
    const insights = await look(person);
    expect(kinds(insights)).toEqual(['admin_key', 'unrestricted', 'no_expiry']);
    expect(insights.recommendations[0]?.severity).toBe('high');
    const counts = insights.recommendation_counts.filter(({ count }) => count > 0).map(({ kind }) => kind);
    expect(counts.sort()).toEqual(['admin_key', 'no_expiry', 'unrestricted']);
  });

  it('does not call a key unused that was used within ninety days', async () => {
    const { person, key } = await alone({}, 100);
    await used(key, daysAgo(89));
    expect(kinds(await look(person))).toEqual([]);
  });

  it('offers the addresses that a key without limits was used from', async () => {
    const { person, key } = await alone({ allowed_ips: [] }, 30);
    await usedFrom(key, ['203.0.113.7', '2001:db8::1']);
    const [said] = (await look(person)).recommendations;
    expect(said?.observed).toContain('its last 60 uses, since 2026-11-12, came from 2001:db8::1, 203.0.113.7');
    expect(said?.call?.body).toEqual({ allowed_ips: ['2001:db8::1', '203.0.113.7'] });
  });

  it('offers the list without the addresses that nothing came from', async () => {
    const { person, key } = await alone({ allowed_ips: ['10.0.0.0/8', '192.0.2.1', '2001:db8::/32'] }, 30);
    await usedFrom(key, ['10.1.2.3', '10.9.9.9']);
    const { recommendations, recommendation_counts: counts } = await look(person);
    expect(recommendations.map(({ kind, call }) => [kind, call?.body])).toEqual([
      ['unseen_addresses', { allowed_ips: ['10.0.0.0/8'] }],
    ]);
    expect(recommendations[0]?.observed).toContain('Nothing came from 192.0.2.1, 2001:db8::/32 in its last 60 uses');
    expect(counts.find(({ kind }) => kind === 'unseen_addresses')).toEqual({
      kind: 'unseen_addresses',
      count: 1,
      is_exact: false,
    });
  });

  it.each([
    ['a use told no address', ['10.1.2.3', null], 'VALID'],
    ['only hashes were kept', [`hmac-${'0'.repeat(32)}`], 'VALID'],
    ['everything was refused', ['10.1.2.3'], 'IP_NOT_ALLOWED'],
  ] as const)('offers no narrower list where %s', async (_, addresses, outcome) => {
    const { person, key } = await alone({ allowed_ips: ['10.0.0.0/8', '192.0.2.1'] }, 30);
    await usedFrom(key, [...addresses], outcome);
    expect(kinds(await look(person))).toEqual([]);
  });

  it('shows so many of each kind, counts all, and shows the rest on the next page', async () => {
    const { person } = await alone({ allowed_ips: [] });
    for (let n = 0; n < 2; n++) await app.key(person, { ...GOOD, allowed_ips: [] });
    const [first, second] = [await look(person, '?limit=2'), await look(person, '?limit=2&page=2')];
    expect(first.recommendation_counts).toContainEqual({ kind: 'unrestricted', count: 3, is_exact: true });
    const ids = [...first.recommendations, ...second.recommendations].map(({ key_id }) => key_id);
    expect([first.recommendations.length, new Set(ids).size]).toEqual([2, 3]);
    const beyond = await look(person, '?limit=2&page=9');
    expect(beyond.recommendations).toEqual([]);
    expect(beyond.recommendation_counts).toEqual(first.recommendation_counts);
  });

  it('shows everybody their own, an admin everybody’s or those of one', async () => {
    const { person, key } = await alone({ allowed_ips: [] });
    const of = async (as: Person, query: string) =>
      (await look(as, query)).recommendations.some(({ key_id }) => key_id === key.id);
    expect(await of(await app.person(), '')).toBe(false);
    expect(await of(admin, '?kind=unrestricted&limit=100')).toBe(true);
    expect((await look(admin, `?owner_id=${person.id}`)).total_keys).toBe(1);
    expect((await look(admin)).total_keys).toBeGreaterThan(1);
  });

  it('shows what was noticed and is not resolved, and nothing of it to a key that may not read it', async () => {
    const { person, key } = await alone({});
    const evidence = [
      {
        kind: 'dormant' as const,
        e: 4,
        at: 0,
        since: 0,
        observed: 30,
        typical: [0, 1] as const,
        once: 'never',
        facts: {},
      },
    ];
    const anomaly = { keyId: key.id, ownerId: person.id, type: 'dormant_key_used' as const, severity: 'high' as const };
    const rows = [null, new Date()].map((resolvedAt) => ({
      ...{ ...anomaly, id: uuidv7(), description: 'Staged.', evidence: evidence as never },
      ...{ actionTaken: 'notified' as const, createdAt: daysAgo(0), resolvedAt },
    }));
    await app.dataSource.manager.insert(Anomaly, rows);
    const { anomalies_detected: detected, anomalies_total: total } = await look(person);
    expect([detected?.map(({ id }) => id), total]).toEqual([[rows[0]?.id], 1]);
    const reader = await app.key(person, { ...GOOD, allowed_ips: [], permissions: ['akm:keys:read'] });
    const { body } = await app.call<Insights>('GET', '/api/v1/insights', { key: reader.secret });
    expect(body.total_keys).toBe(2);
    expect(body).not.toHaveProperty('anomalies_detected');
  });
});

describe('403', () => {
  it('is what anybody but an admin is told who asks for the keys of somebody', async () => {
    const [person, other] = [await app.person(), await app.person()];
    const { status } = await app.call('GET', `/api/v1/insights?owner_id=${other.id}`, { as: person.token });
    expect(status).toBe(403);
  });
});

describe('422', () => {
  it('names what is wrong with the question', async () => {
    const answer = await app.call('GET', '/api/v1/insights?kind=nonsense&limit=101&page=0', { as: admin.token });
    expect(answer.status).toBe(422);
    expect((answer.body.errors as { field: string }[]).map(({ field }) => field).sort()).toEqual([
      'kind',
      'limit',
      'page',
    ]);
  });
});

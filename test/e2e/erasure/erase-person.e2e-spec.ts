import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { type LogReport } from '#domain';
import { archive, verifyArchive } from '../../../apps/api/src/audit/log-archive.js';
import { LogSealing } from '../../../apps/api/src/audit/log-sealing.js';
import { STORE_CHUNK } from '../../../apps/api/src/audit/use-chunks.sql.js';
import { LogVerification } from '../../../apps/api/src/audit/log-verification.js';
import { Jobs } from '../../../apps/api/src/jobs/jobs.js';
import { CheckpointFolder } from '../../../apps/api/src/log-tree/checkpoint-folder.js';
import { LogSigner } from '../../../apps/api/src/log-tree/log-signer.js';
import { type Person, TestApp } from '../../support/test-app.js';

const app = TestApp.forTests({ TRUST_PROXY: '127.0.0.1/32', WEBHOOK_ALLOW_PRIVATE: 'true' });
const USERS = '/api/v1/auth/users';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Everything of theirs that is to be found nowhere afterwards. */
const TRACES = {
  email: 'Ada.Lovelace@analytical.example',
  formerEmail: 'countess@analytical.example',
  username: 'ada_lovelace',
  address: '198.51.100.77',
  agent: 'ada-phone/7.1',
  shared: 'Adas-key-of-the-engine',
};
const HEADERS = { 'x-forwarded-for': TRACES.address, 'user-agent': TRACES.agent };
const PASSWORD = 'SecurePass123!';
const SHARED_AGENT = 'everybodys-agent/1.0';

const rows = <Row>(sql: string, params: unknown[] = []) => app.dataSource.query<Row[]>(sql, params);
const sign = () => app.nest.get(LogSealing).sign();

/** Every table with every row, as a dump has them. */
async function dump(dataSource: DataSource): Promise<string> {
  const tables = await dataSource.query<{ name: string }[]>(
    `SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
  );
  const texts = await Promise.all(
    tables.map(({ name }) => dataSource.query<{ text: string }[]>(`SELECT t::text AS text FROM ${name} AS t`)),
  );
  return texts.flatMap((of) => of.map(({ text }) => text)).join('\n');
}

function tracesIn(text: string): string[] {
  const digests = [TRACES.email, TRACES.formerEmail].map((email) =>
    createHash('sha256').update(email.toLowerCase()).digest('hex'),
  );
  const wanted = [...Object.values(TRACES), ...digests];
  return wanted.filter((trace) => text.toLowerCase().includes(trace.toLowerCase()));
}

async function agentsWithBitmaps(): Promise<string[]> {
  const found = await rows<{ value: string }>(`SELECT value FROM usage_bitmaps WHERE kind = 'agent'`);
  return found.map(({ value }) => value);
}

/** $1 an agent. */
const BITS_OF = `
  SELECT bit_count(leaves)::int AS uses, first_leaf::int + position(B'1' IN leaves) - 1 AS leaf
  FROM usage_bitmaps WHERE kind = 'agent' AND value = $1`;

/** Lets as much time pass as jobs wait between two runs, and runs them. */
async function runJobs(afterMs = MINUTE_MS): Promise<void> {
  app.clock.advance(afterMs);
  await app.nest.get(Jobs).runDue();
}

async function verified(): Promise<LogReport> {
  await sign();
  const verifier = await app.nest.get(LogSigner).verifier();
  return new LogVerification(app.dataSource, verifier, CheckpointFolder.in(app.dataDir)).run();
}

/** A person who does all that leaves something of them behind, some of it before and some after the log was sealed. */
async function live(): Promise<Person & { keyId: string; secret: string }> {
  const call = (method: string, path: string, body?: unknown, as?: string) =>
    app.call(method, path, { headers: HEADERS, ...(body !== undefined && { body }), ...(as !== undefined && { as }) });
  const { formerEmail: email, username } = TRACES;
  const registered = await call('POST', '/api/v1/auth/register', { email, username, password: PASSWORD });
  await call('POST', '/api/v1/auth/login', { email, password: 'Wrong-Password-1' });
  const login = await call('POST', '/api/v1/auth/login', { email, password: PASSWORD });
  const token = String(login.body.access_token);
  await call('POST', '/api/v1/auth/login', { email, password: 'Wrong-Password-1' });
  await call('PUT', '/api/v1/auth/me', { email: TRACES.email }, token);
  await call('POST', '/api/v1/auth/login', { email: TRACES.email, password: 'Wrong-Password-1' });
  const made = await call(
    'POST',
    '/api/v1/keys',
    {
      name: TRACES.shared,
      description: TRACES.username,
      external_id: TRACES.shared,
      allowed_ips: [TRACES.address],
      tags: [TRACES.shared],
      meta: { of: TRACES.username },
    },
    token,
  );
  const keyId = String(made.body.id);
  await call(
    'POST',
    '/api/v1/webhooks',
    { url: `http://127.0.0.1:9/${TRACES.username}`, events: ['key.revoked'] },
    token,
  );
  const secret = String(made.body.api_key);
  const use = (agent: string, from = TRACES.address) =>
    app.call('GET', '/api/v1/protected/test', {
      key: secret,
      headers: { 'x-forwarded-for': from, 'user-agent': agent },
    });
  await use(TRACES.agent);
  await use(SHARED_AGENT);
  await app.ingest();
  await sign();
  // These have no place in the tree yet, and the last ones are in the spool.
  await call('PUT', `/api/v1/keys/${keyId}`, { description: `${TRACES.username} again` }, token);
  await use(TRACES.agent);
  await use('refused', '203.0.113.5');
  return {
    id: String(registered.body.id),
    email: TRACES.email,
    password: PASSWORD,
    token,
    refreshToken: '',
    keyId,
    secret,
  };
}

describe('POST /users/{id}/erase', () => {
  let admin: Person;
  let ada: Awaited<ReturnType<typeof live>>;
  let other: { id: string; secret: string };

  beforeAll(async () => {
    admin = await app.person('admin');
    other = await app.key(await app.person());
    await app.call('GET', '/api/v1/protected/test', { key: other.secret, headers: { 'user-agent': SHARED_AGENT } });
    ada = await live();
  });

  it('finds all of the person before', async () => {
    await app.ingest();
    await app.dataSource.query(STORE_CHUNK, [0]);
    expect(await agentsWithBitmaps()).toEqual(expect.arrayContaining([SHARED_AGENT, TRACES.agent]));
    expect(tracesIn(await dump(app.dataSource))).toEqual(expect.arrayContaining(Object.values(TRACES)));
  });

  it('takes the account, its sessions, keys and webhooks at once', async () => {
    const { status, body } = await app.call('POST', `${USERS}/${ada.id}/erase`, { as: admin.token });
    const { requested_at: requestedAt, ...erasure } = body;
    expect([status, erasure]).toEqual([202, { user_id: ada.id, redacted: 0, finished_at: null }]);
    expect(requestedAt).toBe(new Date(app.clock.now()).toISOString());
    expect((await app.call('GET', '/api/v1/auth/me', { as: ada.token })).status).toBe(401);
    const refused = await app.call('GET', '/api/v1/protected/test', { key: ada.secret, headers: HEADERS });
    expect([refused.status, refused.body.code]).toEqual([401, 'API_KEY_REVOKED']);
    const { body: user } = await app.call('GET', `${USERS}/${ada.id}`, { as: admin.token });
    expect(user).toMatchObject({ id: ada.id, is_active: false, last_login: null });
    expect(user.email).toMatch(/^erased_[0-9a-f]{32}@erased\.invalid$/);
    const hooks = await app.call('GET', '/api/v1/webhooks', { as: admin.token });
    expect(hooks.body).toMatchObject({ total: 0 });
    const told = await rows(
      'SELECT type FROM outgoing_events WHERE subject_id = ANY ($1) ORDER BY position DESC LIMIT 2',
      [[ada.id, ada.keyId]],
    );
    expect(told).toEqual([{ type: 'key.revoked' }, { type: 'user.erased' }]);
  });

  it('takes the person out of everything else soon after, and says how far that is', async () => {
    await app.ingest();
    await runJobs();
    await runJobs();
    const { status, body } = await app.call('GET', `${USERS}/${ada.id}/erasure`, { as: admin.token });
    expect([status, body.finished_at]).toEqual([200, expect.any(String)]);
    expect(body.redacted).toBeGreaterThan(10);
    expect(tracesIn(await dump(app.dataSource))).toEqual([]);
    const [use] = await rows<{ leaf: number }>('SELECT leaf::int AS leaf FROM usage_events WHERE key_id = $1', [
      other.id,
    ]);
    expect(await rows(BITS_OF, [SHARED_AGENT])).toEqual([{ uses: 1, leaf: use?.leaf }]);
  });

  it('forgets what was noticed about their keys', async () => {
    const about = ['anomalies', 'anomaly_mutes', 'key_evidence', 'shape_changes', 'watched_keys', 'watched_shapes'];
    const left = await Promise.all(about.map((table) => rows(`SELECT FROM ${table} WHERE key_id = $1`, [ada.keyId])));
    expect(left.flat()).toEqual([]);
  });

  it('leaves what others did, and who asked for it', async () => {
    const [erased] = await rows<{ metadata: unknown; user_id: string; ip_address: string }>(
      `SELECT user_id, metadata, ip_address FROM audit_log WHERE action = 'user_erased'`,
    );
    expect(erased).toMatchObject({ user_id: admin.id, metadata: { target_user_id: ada.id } });
    const [use] = await rows<{ user_agent: string }>('SELECT user_agent FROM usage_events WHERE key_id = $1', [
      other.id,
    ]);
    expect(use).toEqual({ user_agent: SHARED_AGENT });
    const found = await app.call('GET', `/api/v1/logs?q=${SHARED_AGENT}`, { as: admin.token });
    expect(found.body).toMatchObject({ total: 1 });
    const log = await app.call('GET', `/api/v1/logs?user_id=${ada.id}&page_size=500`, { as: admin.token });
    const { items } = log.body as unknown as { items: Record<string, unknown>[] };
    expect(items.length).toBeGreaterThan(10);
    expect(items.flatMap((item) => [item.ip_address, item.user_agent]).filter((said) => said !== null)).toEqual([]);
  });

  it('keeps the tree: all of it verifies, in the database and elsewhere', async () => {
    const report = await verified();
    expect(report.faults).toEqual([]);
    expect(report.redacted).toBeGreaterThan(10);
    const verifier = await app.nest.get(LogSigner).verifier();
    const elsewhere = await verifyArchive(linesOf(archive(app.dataSource, verifier)), verifier, []);
    expect(elsewhere).toMatchObject({ faults: [], redacted: report.redacted, size: report.size });
  });

  it('takes out what comes later too: of a process that lay still, or of whoever goes on trying a key', async () => {
    await app.call('GET', '/api/v1/protected/test', { key: ada.secret, headers: HEADERS });
    await app.ingest();
    expect(tracesIn(await dump(app.dataSource))).toEqual(expect.arrayContaining([TRACES.address, TRACES.agent]));
    await runJobs(6 * HOUR_MS);
    expect(tracesIn(await dump(app.dataSource))).toEqual([]);
    expect((await verified()).faults).toEqual([]);
  });

  it('takes out of the bitmaps what somebody took out of the uses who knew of no bitmaps', async () => {
    await rows(
      `INSERT INTO usage_bitmaps (kind, value, first_leaf, leaves)
       SELECT said.kind, said.value, first_leaf, leaves FROM usage_bitmaps,
         LATERAL (VALUES ('agent', $2), ('address', $3)) AS said (kind, value)
       WHERE usage_bitmaps.kind = 'owner' AND usage_bitmaps.value = $1`,
      [ada.id, TRACES.agent, TRACES.address],
    );
    const everybodys = await rows<{ leaves: string }>(
      `UPDATE usage_bitmaps SET leaves = leaves | (SELECT leaves FROM usage_bitmaps WHERE kind = 'owner' AND value = $1)
       WHERE kind = 'agent' AND value = $2`,
      [ada.id, SHARED_AGENT],
    );
    expect(everybodys).toMatchObject([[], 1]);
    expect(tracesIn(await dump(app.dataSource))).toEqual([TRACES.address, TRACES.agent]);
    await runJobs(6 * HOUR_MS);
    expect(tracesIn(await dump(app.dataSource))).toEqual([]);
    const [use] = await rows<{ leaf: number }>('SELECT leaf::int AS leaf FROM usage_events WHERE key_id = $1', [
      other.id,
    ]);
    expect(await rows(BITS_OF, [SHARED_AGENT])).toEqual([{ uses: 1, leaf: use?.leaf }]);
  });

  it('finds whoever changes an entry that a person was taken out of', async () => {
    for (const [table, change] of [
      ['usage_events', `endpoint = '/elsewhere'`],
      ['audit_log', `ip_address = '192.0.2.9'`],
      ['usage_events', `commitment = sha256(commitment)`],
    ] as const) {
      const [{ id, was } = { id: '', was: {} }] = await rows<{ id: string; was: object }>(
        `SELECT id, to_jsonb(t) AS was FROM ${table} AS t WHERE commitment IS NOT NULL LIMIT 1`,
      );
      await rows(`UPDATE ${table} SET ${change} WHERE id = $1`, [id]);
      expect((await verified()).faults).toMatchObject([{ kind: 'altered', id }]);
      await rows(
        `UPDATE ${table} AS t SET (endpoint, ip_address, commitment) = (w.endpoint, w.ip_address, w.commitment)
         FROM jsonb_populate_record(NULL::${table}, $2) AS w WHERE t.id = $1`,
        [id, JSON.stringify(was)],
      );
      expect((await verified()).faults).toEqual([]);
    }
  });

  it('does nothing again when it is asked again', async () => {
    const { status } = await app.call('POST', `${USERS}/${ada.id}/erase`, { as: (await app.signedIn(admin)).token });
    expect(status).toBe(202);
    expect(await rows(`SELECT FROM audit_log WHERE action = 'user_erased'`)).toHaveLength(1);
  });

  it.each([
    ['POST', '/activate', undefined],
    ['PUT', '/role', { role: 'admin' }],
  ])('lets nobody come back: %s %s answers 409', async (method, path, body) => {
    const { token } = await app.signedIn(admin);
    const answer = await app.call(method, `${USERS}/${ada.id}${path}`, { as: token, ...(body && { body }) });
    expect([answer.status, answer.body.code]).toEqual([409, 'CONFLICT']);
  });

  it('lets nobody sign in as before', async () => {
    const login = { body: { email: TRACES.email, password: PASSWORD } };
    expect((await app.call('POST', '/api/v1/auth/login', login)).status).toBe(401);
  });

  it('lets somebody else have the names', async () => {
    const body = { email: TRACES.email, username: TRACES.username, password: PASSWORD };
    expect((await app.call('POST', '/api/v1/auth/register', { body })).status).toBe(201);
  });

  it('refuses to erase the last administrator', async () => {
    const { token } = await app.signedIn(admin);
    const answer = await app.call('POST', `${USERS}/${admin.id}/erase`, { as: token });
    expect([answer.status, answer.body.code]).toEqual([409, 'LAST_ADMIN']);
    expect((await app.call('GET', `${USERS}/${admin.id}/erasure`, { as: token })).status).toBe(404);
  });
});

async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const piece of pieces) yield piece.trimEnd();
}

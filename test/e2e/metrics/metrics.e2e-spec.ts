import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { Jobs } from '../../../apps/api/src/jobs/jobs.js';
import { parseMetrics, type ToldMetric } from '../../support/prometheus-text.js';
import { type Person, TestApp } from '../../support/test-app.js';

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const itWithPromtool = hasPromtool ? it : it.skip;

/** Every label of ours that has a value for each of several things, and all the values it may have. */
const LABELS: Readonly<Record<string, RegExp>> = {
  route:
    /^(page|none|auth|keys|verify|gateway|protected|logs|anomalies|insights|requests|webhooks|jobs|guard|introspect|verify_batch|verify_self)$/,
  outcome: /^([A-Z_]{4,24}|success|failure)$/,
  method: /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|other)$/,
  status: /^[1-5]\d\d$/,
  result: /^(hit|miss)$/,
  mode: /^(memory|shared|local)$/,
  state: /^(busy|idle|waiting|retrying)$/,
  job: /^[a-z_]+$/,
  le: /^([\d.e-]+|\+Inf)$/,
  version: /^\d+\.\d+\.\d+$/,
  node: /^v\d+\.\d+\.\d+$/,
};

describe('GET /metrics', () => {
  const app = TestApp.forTests();
  let owner: Person;
  let key: { id: string; secret: string };
  beforeAll(async () => {
    owner = await app.person();
    key = await app.key(owner, { rate_limit_per_minute: 10_000 });
  });

  const text = async () => (await app.call('GET', '/metrics')).text;
  const metrics = async () => parseMetrics(await text());
  const valueOf = (told: ReadonlyMap<string, ToldMetric>, name: string, labels: Record<string, string> = {}) =>
    told
      .get(name)
      ?.samples.find((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
      ?.value;
  /** By how much a number grows while something is done. */
  async function growth(name: string, labels: Record<string, string>, act: () => Promise<unknown>): Promise<number> {
    const before = valueOf(await metrics(), name, labels) ?? 0;
    await act();
    return (valueOf(await metrics(), name, labels) ?? 0) - before;
  }

  it('is the text format of Prometheus', async () => {
    const { status, headers } = await app.call('GET', '/metrics');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    const told = await metrics();
    for (const name of ['akm_build_info', 'nodejs_eventloop_lag_seconds', 'nodejs_heap_size_used_bytes'])
      expect(told.get(name)?.samples).not.toEqual([]);
  });

  itWithPromtool('passes promtool (needs promtool)', async () => {
    const own = (await text()).split('\n\n').filter((metric) => metric.startsWith('# HELP akm_'));
    const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: `${own.join('\n\n')}\n` });
    expect([status, stderr.toString()]).toEqual([0, '']);
  });

  it('has labels from small sets only, whatever strangers send', async () => {
    await Promise.all([
      app.call('GET', `/nowhere/${key.id}`),
      app.call('GET', `/api/v1/keys/${key.id}`),
      app.call('GET', '/api/v1/surprise'),
      app.call('PROPFIND', '/api/v1/gateway/auth', { key: key.secret, headers: { 'x-original-method': 'BREW' } }),
      app.call('GET', '/api/v1/verify', { key: 'garbage', headers: { 'user-agent': 'stranger' } }),
    ]);
    for (const { name, samples } of (await metrics()).values()) {
      if (!name.startsWith('akm_')) continue;
      expect(samples.length).toBeLessThanOrEqual(300);
      for (const { labels } of samples)
        for (const [label, value] of Object.entries(labels))
          expect([name, label, value]).toEqual([name, label, expect.stringMatching(LABELS[label] ?? /^$/)]);
    }
  });

  it('tells nothing of any key or person', async () => {
    await app.call('GET', '/api/v1/verify', { key: key.secret });
    await app.call('POST', '/api/v1/auth/login', { body: { email: owner.email, password: 'not the password' } });
    const all = await text();
    const digest = createHash('sha256').update(key.secret).digest('hex');
    for (const secret of [key.id, key.secret, key.secret.slice(0, 15), digest, owner.id, owner.email, owner.token])
      expect(all).not.toContain(secret);
  });

  it.each([
    ['verify_self', () => app.call('GET', '/api/v1/verify', { key: key.secret })],
    ['gateway', () => app.call('GET', '/api/v1/gateway/auth', { key: key.secret })],
    ['guard', () => app.call('GET', '/api/v1/protected/test', { key: key.secret })],
  ])('counts a use by %s, and how long it took', async (route, use) => {
    await use();
    expect(await growth('akm_verifications_total', { route, outcome: 'VALID' }, use)).toBe(1);
    const inf = { route, le: '+Inf' };
    expect(await growth('akm_verification_duration_seconds', inf, use)).toBe(1);
  });

  it('counts every key of a batch, by what was found', async () => {
    const admin = await app.person('admin');
    const use = () =>
      app.call('POST', '/api/v1/verify/batch', {
        as: admin.token,
        body: [{ key: key.secret }, { key: 'x' }, { key: 'y' }],
      });
    expect(await growth('akm_verifications_total', { route: 'verify_batch', outcome: 'MALFORMED' }, use)).toBe(2);
    expect(await growth('akm_verifications_total', { route: 'verify_batch', outcome: 'VALID' }, use)).toBe(1);
  });

  it('counts requests by route, method and status, whichever way they come', async () => {
    const byLane = () => app.call('GET', '/api/v1/verify', { key: key.secret });
    await byLane();
    expect(await growth('akm_http_requests_total', { route: 'verify', method: 'GET', status: '200' }, byLane)).toBe(1);
    const refused = () => app.call('GET', '/api/v1/keys');
    expect(await growth('akm_http_requests_total', { route: 'keys', method: 'GET', status: '401' }, refused)).toBe(1);
    const lost = () => app.call('DELETE', '/nowhere');
    expect(await growth('akm_http_requests_total', { route: 'none', method: 'DELETE', status: '404' }, lost)).toBe(1);
  });

  it('tells what is in memory and whether it was found there', async () => {
    const fresh = await app.key(owner);
    const use = () => app.call('GET', '/api/v1/verify', { key: fresh.secret });
    expect(await growth('akm_key_cache_entries', {}, use)).toBe(1);
    expect(await growth('akm_key_cache_lookups_total', { result: 'hit' }, use)).toBe(1);
    expect(valueOf(await metrics(), 'akm_key_cache_trusted')).toBe(1);
  });

  it('tells what the database does not have yet', async () => {
    await app.ingest();
    expect(valueOf(await metrics(), 'akm_usage_ingest_lag_seconds')).toBe(0);
    expect(valueOf(await metrics(), 'akm_usage_spool_pending_bytes')).toBe(0);
    const query = jest.spyOn(app.dataSource, 'query').mockRejectedValue(new Error('away'));
    await app.call('GET', '/api/v1/verify', { key: key.secret });
    const told = await metrics();
    query.mockRestore();
    expect(valueOf(told, 'akm_usage_spool_pending_bytes')).toBeGreaterThan(0);
    expect(valueOf(told, 'akm_usage_ingest_lag_seconds')).toBeGreaterThan(0);
    expect(valueOf(told, 'akm_database_up')).toBe(0);
    await app.ingest();
    expect(valueOf(await metrics(), 'akm_usage_ingest_lag_seconds')).toBe(0);
    expect(valueOf(await metrics(), 'akm_database_up')).toBe(1);
    expect(valueOf(await metrics(), 'akm_metrics_unreadable_total')).toBeGreaterThan(0);
  });

  it('counts nobody as waiting for the database but for those who were before it was asked', async () => {
    expect(valueOf(await metrics(), 'akm_database_waiting_requests')).toBe(0);
  });

  it('tells when a job last succeeded, how often it failed and what it did', async () => {
    let fails = false;
    app.nest.get(Jobs).add({
      name: 'trial',
      everyMs: 1_000,
      run: () => (fails ? Promise.reject(new Error('no')) : Promise.resolve({ items: 3, failures: [] })),
    });
    const run = () => {
      app.clock.advance(1_000);
      return app.nest.get(Jobs).runDue();
    };
    const job = 'trial';
    expect(valueOf(await metrics(), 'akm_job_last_success_timestamp_seconds', { job })).toBe(0);
    expect(await growth('akm_job_items_total', { job }, run)).toBe(3);
    const succeededAt = valueOf(await metrics(), 'akm_job_last_success_timestamp_seconds', { job });
    expect(succeededAt).toBe(app.clock.now() / 1000);
    fails = true;
    expect(await growth('akm_job_runs_total', { job, outcome: 'failure' }, run)).toBe(1);
    expect(valueOf(await metrics(), 'akm_job_last_success_timestamp_seconds', { job })).toBe(succeededAt);
  });

  it('tells how many events wait for a webhook', async () => {
    const create = async () => {
      await app.call('POST', '/api/v1/webhooks', {
        as: owner.token,
        body: { url: 'https://example.org/hook', events: ['key.created'] },
      });
      await app.key(owner);
    };
    expect(await growth('akm_webhook_outbox_events', {}, create)).toBeGreaterThan(0);
  });

  it('tells of accounts that are locked, and of attempts on them', async () => {
    const guess = () =>
      app.call('POST', '/api/v1/auth/login', { body: { email: 'locked@example.org', password: 'guess' } });
    const lock = async () => {
      for (let n = 0; n < 5; n++) await guess();
    };
    expect(await growth('akm_accounts_locked', {}, lock)).toBe(1);
    expect(await growth('akm_lockout_refusals_total', {}, guess)).toBe(1);
  });
});

describe('who may read /metrics', () => {
  const TOKENS = ['the-first-token-of-metrics', 'the-second-token-of-metrics'];
  const open = TestApp.forTests();
  const closed = TestApp.forTests({ METRICS_TOKEN: TOKENS.join(',') });

  it('is the machine itself, where no token is set', async () => {
    expect((await open.call('GET', '/metrics')).status).toBe(200);
  });

  it.each(['x-forwarded-for', 'x-real-ip', 'forwarded', 'via'])('is nobody behind a proxy on it (%s)', async (name) => {
    const { status, body } = await open.call('GET', '/metrics', { headers: { [name]: '127.0.0.1' } });
    expect([status, body.code]).toEqual([401, 'UNAUTHENTICATED']);
  });

  it.each(TOKENS)('is whoever shows a token, the new one as well as the old (%s)', async (token) => {
    expect((await closed.call('GET', '/metrics', { as: token })).status).toBe(200);
  });

  it('is nobody without one, where there are tokens', async () => {
    const statuses = [
      await closed.call('GET', '/metrics'),
      await closed.call('GET', '/metrics', { as: TOKENS.join(',') }),
      await closed.call('GET', '/metrics', { headers: { authorization: `Basic ${TOKENS[0] ?? ''}` } }),
      await closed.call('GET', '/metrics', { as: (await closed.person('admin')).token }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([401, 401, 401, 401]);
  });
});

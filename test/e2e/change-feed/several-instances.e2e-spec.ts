import '../../support/e2e-timeout.js';
import { ChangeFeed } from '../../../apps/api/src/change-feed/change-feed.js';
import { FeedReader } from '../../../apps/api/src/change-feed/feed-reader.js';
import { KeyLookup } from '../../../apps/api/src/keys/verification/key-lookup.js';
import { eventually } from '../../support/eventually.js';
import { parseMetrics } from '../../support/prometheus-text.js';
import { type Person, TestApp } from '../../support/test-app.js';

const describeOnServer = process.env.TEST_DATABASE_URL ? describe : describe.skip;

describeOnServer('three instances on one PostgreSQL server', () => {
  let instances: [TestApp, TestApp, TestApp];
  let owner: Person;

  beforeAll(async () => {
    const first = await TestApp.start();
    instances = [first, await first.another(), await first.another()];
    owner = await first.person();
  });
  beforeEach(() => eventually('every cache is trusted', () => instances.every(isTrusted)));
  afterAll(async () => {
    const [first, ...others] = instances;
    for (const other of others) await other.stop();
    await first.stop();
  });

  const feedOf = (app: TestApp) => app.nest.get(ChangeFeed);
  const isTrusted = (app: TestApp) => performance.now() < feedOf(app).trustedUntil;
  const codeOf = async (app: TestApp, secret: string) =>
    String((await app.call('GET', '/api/v1/verify', { key: secret })).body.code);
  const becomes = (app: TestApp, secret: string, code: string) =>
    eventually(`the key is ${code}`, async () => (await codeOf(app, secret)) === code);
  /** Ends the connection of one instance's feed, or of all. */
  const cutFeeds = () =>
    instances[0].dataSource.query(`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'akm change feed'`);

  async function warmKey(): Promise<{ id: string; secret: string }> {
    const key = await instances[0].key(owner, { rate_limit_per_minute: 10_000 });
    for (const app of instances) {
      await eventually('the key is found without asking', async () => {
        const find = jest.spyOn(app.nest.get(KeyLookup), 'find');
        expect(await codeOf(app, key.secret)).toBe('VALID');
        const asked = find.mock.calls.length;
        find.mockRestore();
        return asked === 0;
      });
    }
    return key;
  }

  it('learn of a revocation by each other', async () => {
    for (let n = 0; n < 10; n++) {
      const { id, secret } = await warmKey();
      await instances[n % 3]?.call('DELETE', `/api/v1/keys/${id}`, { as: owner.token });
      await Promise.all(instances.map((app) => becomes(app, secret, 'API_KEY_REVOKED')));
    }
    for (const app of instances) expect(feedOf(app).status.lagMs).toBeLessThan(1_000);
  });

  it('tell how long changes took to reach them, and how far behind they are', async () => {
    const [first, second] = instances;
    const told = async (name: string) => {
      const { text } = await second.call('GET', '/metrics');
      return parseMetrics(text).get(name)?.samples.at(-1)?.value ?? NaN;
    };
    const before = await told('akm_change_lag_seconds');
    const { id } = await warmKey();
    await first.call('DELETE', `/api/v1/keys/${id}`, { as: owner.token });
    await eventually('the change is counted', async () => (await told('akm_change_lag_seconds')) > before);
    expect(await told('akm_revocation_lag_seconds')).toBe(feedOf(second).status.lagMs / 1000);
    expect(await told('akm_change_feed_age_seconds')).toBeGreaterThan(0);
  });

  it('learn of what was changed with psql', async () => {
    const { id, secret } = await warmKey();
    await instances[0].dataSource.query(`UPDATE api_keys SET state = 'disabled' WHERE id = $1`, [id]);
    await Promise.all(instances.map((app) => becomes(app, secret, 'API_KEY_DISABLED')));
  });

  it('learn of a transaction that began before others and commits after them', async () => {
    const [late, early] = [await warmKey(), await warmKey()];
    const revoke = `UPDATE api_keys SET state = 'revoked' WHERE id = $1`;
    const runner = instances[0].dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query(revoke, [late.id]);
    await instances[1].dataSource.query(revoke, [early.id]);
    await Promise.all(instances.map((app) => becomes(app, early.secret, 'API_KEY_REVOKED')));
    for (const app of instances) expect(await codeOf(app, late.secret)).toBe('VALID');
    await runner.commitTransaction();
    await runner.release();
    await Promise.all(instances.map((app) => becomes(app, late.secret, 'API_KEY_REVOKED')));
  });

  it('read what they missed when the connection of their feed was cut', async () => {
    for (let n = 0; n < 5; n++) {
      const { id, secret } = await warmKey();
      await cutFeeds();
      await instances[0].dataSource.query(`UPDATE api_keys SET state = 'revoked' WHERE id = $1`, [id]);
      await Promise.all(instances.map((app) => becomes(app, secret, 'API_KEY_REVOKED')));
      await eventually('every feed is back', () => instances.every(isTrusted));
    }
  });

  it('are told of a change by its notification, before anything is read', async () => {
    const { id } = await warmKey();
    const told: (string | null)[] = [];
    feedOf(instances[1]).onChange('key', (changed) => {
      told.push(changed);
    });
    const readings: (() => void)[] = [];
    const read = jest.spyOn(FeedReader.prototype, 'read').mockImplementation(
      () =>
        new Promise((_, reject) => {
          readings.push(() => {
            reject(new Error('held back'));
          });
        }),
    );
    await eventually('every feed waits for a reading', () => readings.length === instances.length);
    await instances[0].dataSource.query(`UPDATE api_keys SET state = 'disabled' WHERE id = $1`, [id]);
    await eventually('the change is told', () => told.includes(id));
    read.mockRestore();
    for (const end of readings) end();
  });

  it('ask the database once their feed has been silent for a second', async () => {
    const { secret } = await warmKey();
    const [{ nest }] = instances;
    const find = jest.spyOn(nest.get(KeyLookup), 'find');
    const lapsed = jest.spyOn(nest.get(ChangeFeed), 'trustedUntil', 'get').mockReturnValue(performance.now());
    expect(await codeOf(instances[0], secret)).toBe('VALID');
    expect(find).toHaveBeenCalledTimes(1);
    const { text } = await instances[0].call('GET', '/metrics');
    expect(parseMetrics(text).get('akm_key_cache_trusted')?.samples).toMatchObject([{ value: 0 }]);
    lapsed.mockRestore();
    find.mockRestore();
  });
});

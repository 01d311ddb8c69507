import { AuditEntry } from '../../../apps/api/src/audit/audit-entry.entity.js';
import { ApiKeyChange } from '../../../apps/api/src/keys/api-key-change.js';
import { eventually } from '../../support/eventually.js';
import { TestApp } from '../../support/test-app.js';
import { anomalies, BEHIND_A_PROXY, ELSEWHERE, HOME, live, look, use } from './history.js';
import { type Answered, Cast, explained, HOUR_MS, logged, POLICY, steal, switchOn, told } from './theft.js';

const SERVER = process.env.TEST_DATABASE_URL ?? '';

let app: TestApp;
const cast = new Cast(() => app);
beforeAll(async () => {
  app = await TestApp.start(BEHIND_A_PROXY, { canRestart: SERVER === '' });
});
afterAll(() => app.stop());
beforeEach(() => cast.begin());

describe('a throttle', () => {
  it('leaves twice what is usual, for an hour, and has no need of a job to end', async () => {
    const { id, secret } = await cast.knownKey();
    await switchOn(app, cast.admin);
    await use(app, secret, ELSEWHERE);
    await look(app);
    expect(await cast.alertAbout(id)).toMatchObject({
      ...{ severity: 'high', action_taken: 'throttled' },
      response: { reaction: 'throttle', rate_limit_per_minute: 2 },
    });
    app.clock.advance(60_000);
    const statuses = async () => {
      const all = [];
      for (let times = 0; times < 3; times++) all.push((await use(app, secret, HOME)).status);
      return all;
    };
    expect(await statuses()).toEqual([200, 200, 429]);
    const { summary } = await explained(app, cast.owner, await use(app, secret, HOME));
    expect(summary).toContain('was throttled to 2 uses a minute until');
    expect(await cast.shown(id)).toMatchObject({ throttle: { rate_limit_per_minute: 2 }, rate_limit_per_minute: 60 });
    app.clock.advance(HOUR_MS - 120_000);
    expect(await statuses()).toEqual([200, 200, 429]);
    app.clock.advance(60_000);
    expect(await statuses()).toEqual([200, 200, 200]);
    expect(await cast.shown(id)).toMatchObject({ throttle: null });
    const throttled = { anomaly_id: (await cast.alertAbout(id))?.id, rate_limit_per_minute: 2 };
    expect(await logged(app, 'api_key_throttled', id)).toMatchObject([{ metadata: throttled }]);
    expect(await told(app, 'key.throttled', id)).toMatchObject([{ data: throttled }]);
  });

  it('is not told of where the key has become another before it was written', async () => {
    const { id, secret } = await cast.knownKey();
    await switchOn(app, cast.admin);
    await use(app, secret, ELSEWHERE);
    const change = jest.spyOn(app.nest.get(ApiKeyChange), 'applyWithin').mockResolvedValueOnce(undefined);
    await look(app);
    expect(change).toHaveBeenCalledTimes(1);
    change.mockRestore();
    expect(await cast.alertAbout(id)).toMatchObject({ action_taken: 'notified', response: null });
  });

  it('can be undone while it lasts', async () => {
    const { id, secret } = await cast.knownKey();
    await switchOn(app, cast.admin);
    await use(app, secret, ELSEWHERE);
    await look(app);
    for (let times = 0; times < 3; times++) await use(app, secret, HOME);
    expect((await use(app, secret, HOME)).status).toBe(429);
    expect((await cast.undo((await cast.alertAbout(id))?.id ?? '')).status).toBe(200);
    expect((await use(app, secret, HOME)).status).toBe(200);
    expect(await told(app, 'key.restored', id)).toMatchObject([{ data: { was: 'throttled' } }]);
  });
});

describe('the circuit breaker', () => {
  it('lets one key in a hundred be suspended in an hour, and says that it held back the others', async () => {
    const keys = [await cast.knownKey(), await app.key(cast.owner), await app.key(cast.owner)];
    await live(app, keys[1]?.secret ?? '', 6);
    await live(app, keys[2]?.secret ?? '', 6);
    cast.admin = await app.signedIn(cast.admin);
    cast.owner = await app.signedIn(cast.owner);
    await switchOn(app, cast.admin);
    for (const { secret } of keys) await steal(app, secret, false);
    await look(app);
    const states = await Promise.all(keys.map(({ id }) => cast.shown(id)));
    expect(states.map(({ status }) => status).sort()).toEqual(['active', 'active', 'disabled']);
    expect(states.filter(({ throttle }) => throttle !== null)).toEqual([]);
    const alerts = await anomalies<Answered>(app, cast.owner.token);
    const held = alerts.filter(({ response }) => response?.withheld_because === 'circuit_breaker');
    expect(new Set(held.map(({ api_key_id: id }) => id)).size).toBe(2);
    const { body } = await app.call('GET', POLICY, { as: cast.admin.token });
    expect(body).toMatchObject({ keys_an_hour: 1, breaker_tripped_at: new Date(app.clock.now()).toISOString() });
    const { manager } = app.dataSource;
    expect(await manager.countBy(AuditEntry, { action: 'anomaly_breaker_tripped' })).toBe(1);
  });
});

describe('what was done to a key', () => {
  it('holds on every instance at once, and after a restart', async () => {
    const keys = [await cast.knownKey(), await cast.knownKey()];
    await switchOn(app, cast.admin);
    const twin = SERVER === '' ? undefined : await app.another();
    const onTwin = (secret: string) => use(twin ?? app, secret, HOME);
    for (const { secret } of keys) expect((await onTwin(secret)).status).toBe(200);
    const [stolen, moved] = keys.map(({ secret }) => secret);
    await steal(app, stolen ?? '');
    await eventually('the other instance refuses it', async () => (await onTwin(stolen ?? '')).status === 401);
    app.clock.advance(HOUR_MS);
    await use(app, moved ?? '', ELSEWHERE);
    await look(app);
    await eventually('the other instance throttles it', async () => (await onTwin(moved ?? '')).status === 429);
    if (twin) await twin.stop();
    else await app.restart();
    expect((await use(app, stolen ?? '', HOME)).status).toBe(401);
    const statuses = [];
    for (let times = 0; times < 3; times++) statuses.push((await use(app, moved ?? '', HOME)).status);
    expect(statuses).toContain(429);
  });
});

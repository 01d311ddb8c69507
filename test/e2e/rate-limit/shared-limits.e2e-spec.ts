import { parseMetrics } from '../../support/prometheus-text.js';
import { hasRedis, RedisProcess } from '../../support/redis-process.js';
import { type Person, TestApp } from '../../support/test-app.js';

const describeWithRedis = hasRedis ? describe : describe.skip;

describeWithRedis('limits shared through Redis (needs redis-server)', () => {
  let redis: RedisProcess;
  let app: TestApp;
  let owner: Person;
  beforeAll(async () => {
    redis = await RedisProcess.start();
    app = await TestApp.start({ REDIS_URL: redis.url });
    owner = await app.person();
  });
  afterAll(async () => {
    await app.stop();
    await redis.stop();
  });

  const readiness = async () => {
    const { body } = await app.call<{ details: { limits: { mode: string } } }>('GET', '/readyz');
    return body.details.limits.mode;
  };
  const told = async (name: string) => parseMetrics((await app.call('GET', '/metrics')).text).get(name)?.samples ?? [];
  const modeInMetrics = async () =>
    (await told('akm_limiter_mode'))
      .filter(({ value }) => value === 1)
      .map(({ labels }) => labels['mode'])
      .join();
  const localDecisions = async () => (await told('akm_limiter_local_decisions_total'))[0]?.value ?? NaN;
  const useAll = async (secret: string, times: number) => {
    const uses = Array.from({ length: times }, () => app.call('GET', '/api/v1/protected/test', { key: secret }));
    return (await Promise.all(uses)).map(({ status }) => status);
  };
  const admitted = (statuses: number[]) => statuses.filter((status) => status === 200).length;

  it('admits exactly the limit', async () => {
    const { secret } = await app.key(owner, { rate_limit_per_hour: 20 });
    expect(admitted(await useAll(secret, 60))).toBe(20);
    expect(await readiness()).toBe('shared');
    expect(await modeInMetrics()).toBe('shared');
  });

  it('grants each instance its share while Redis is away, never an error, and shares again on its return', async () => {
    const { secret } = await app.key(owner, { rate_limit_per_hour: 20 });
    const before = await localDecisions();
    await redis.kill();
    const statuses = await useAll(secret, 60);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect(admitted(statuses)).toBe(10);
    expect(await readiness()).toBe('local');
    expect(await modeInMetrics()).toBe('local');
    expect((await localDecisions()) - before).toBeGreaterThanOrEqual(60);
    await redis.revive();
    const other = await app.key(owner, { rate_limit_per_hour: 20 });
    while ((await readiness()) === 'local') {
      app.clock.advance(1000);
      await useAll(other.secret, 1);
    }
    const { secret: fresh } = await app.key(owner, { rate_limit_per_hour: 20 });
    expect(admitted(await useAll(fresh, 60))).toBe(20);
  });
});

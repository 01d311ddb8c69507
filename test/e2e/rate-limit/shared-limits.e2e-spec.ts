import { Redis } from 'ioredis';
import { parseMetrics } from '../../support/prometheus-text.js';
import { hasRedis, RedisProcess } from '../../support/redis-process.js';
import { newSecrets, type Person, TestApp } from '../../support/test-app.js';

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

  it('counts sign-ins at all instances together', async () => {
    const env = { REDIS_URL: redis.url, SIGN_IN_LIMIT_PER_MINUTE: '4' };
    const secrets = newSecrets();
    const instances = [await TestApp.start(env, { secrets }), await TestApp.start(env, { secrets })];
    const statuses: number[] = [];
    for (let n = 0; n < 8; n++) {
      const body = { email: `nobody${n}@example.org`, password: 'a guess' };
      statuses.push((await instances[n % 2]?.call('POST', '/api/v1/auth/login', { body }))?.status ?? 0);
    }
    for (const instance of instances) await instance.stop();
    // Each for itself would have admitted all eight. Redis goes by its own time, which may refill one meanwhile.
    expect(statuses.slice(0, 4)).toEqual([401, 401, 401, 401]);
    expect(statuses).toContain(429);
  });

  it('tells Redis the ids of keys, and no address of anybody', async () => {
    const { id, secret } = await app.key(owner);
    await useAll(secret, 1);
    await useAll('no key', 1);
    await app.call('POST', '/api/v1/auth/login', { body: { email: owner.email, password: 'a guess' } });
    const client = new Redis(redis.url);
    const names = await client.keys('*');
    client.disconnect();
    expect(names).toContain(`akm:buckets:${id}`);
    expect(names.filter((name) => !/^akm:buckets:(?:[\w-]{43}|[0-9a-f-]{36})$/.test(name))).toEqual([]);
    expect(names.filter((name) => /^akm:buckets:[\w-]{43}$/.test(name)).length).toBeGreaterThanOrEqual(3);
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

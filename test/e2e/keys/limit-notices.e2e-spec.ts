import { OutgoingEvent } from '../../../apps/api/src/events/outgoing-event.entity.js';
import { Jobs } from '../../../apps/api/src/jobs/jobs.js';
import { type Person, TestApp } from '../../support/test-app.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const app = TestApp.forTests();
let owner: Person;
beforeAll(async () => {
  owner = await app.person();
});

const told = (keyId: string) =>
  app.dataSource.manager.find(OutgoingEvent, {
    where: { subjectId: keyId, type: 'rate_limit.exceeded' },
    order: { position: 'ASC' },
  });

/** Uses a key until its limit of two a minute refuses it, and lets the jobs look. */
async function exceed({ secret }: { secret: string }, uses = 3): Promise<void> {
  for (let use = 0; use < uses; use++) await app.call('GET', '/api/v1/protected/test', { key: secret });
  await app.ingest();
  await look();
}

async function look(): Promise<void> {
  app.clock.advance(MINUTE_MS);
  await app.nest.get(Jobs).runDue();
}

describe('rate_limit.exceeded', () => {
  it('is told of a key that is refused, with its limits', async () => {
    const key = await app.key(owner, { name: 'busy', rate_limit_per_minute: 2 });
    const refusedAt = new Date(app.clock.now()).toISOString();
    await exceed(key);
    const limits = { rate_limit_per_minute: 2, rate_limit_per_hour: 1000, rate_limit_per_day: 10_000 };
    expect(await told(key.id)).toMatchObject([
      { ownerId: owner.id, data: { api_key_id: key.id, name: 'busy', refused_at: refusedAt, ...limits } },
    ]);
  });

  it('is told once an hour, however often the key is refused', async () => {
    const key = await app.key(owner, { rate_limit_per_minute: 2 });
    await exceed(key, 9);
    await exceed(key, 9);
    await look();
    expect(await told(key.id)).toHaveLength(1);
    app.clock.advance(HOUR_MS);
    await look();
    expect(await told(key.id)).toHaveLength(1);
    await exceed(key);
    expect(await told(key.id)).toHaveLength(2);
  });

  it('is told once by any number of instances', async () => {
    const key = await app.key(owner, { rate_limit_per_minute: 2 });
    for (let use = 0; use < 3; use++) await app.call('GET', '/api/v1/protected/test', { key: key.secret });
    await app.ingest();
    const job = app.nest.get(Jobs).all.find(({ name }) => name === 'tell_of_limits');
    if (!job) throw new Error('there is no such job');
    await Promise.all(Array.from({ length: 8 }, () => job.run(app.clock.now())));
    expect(await told(key.id)).toHaveLength(1);
  });

  it('is not told of keys that stay within their limits', async () => {
    const key = await app.key(owner, { rate_limit_per_minute: 3 });
    await exceed(key);
    expect(await told(key.id)).toEqual([]);
  });
});

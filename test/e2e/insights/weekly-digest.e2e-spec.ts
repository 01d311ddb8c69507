import { KeyEvidence } from '../../../apps/api/src/anomaly/key-evidence.entity.js';
import { OutgoingEvent } from '../../../apps/api/src/events/outgoing-event.entity.js';
import { DigestStore } from '../../../apps/api/src/insights/digest/digest-store.js';
import { InsightDigest } from '../../../apps/api/src/insights/digest/insight-digest.entity.js';
import { Jobs } from '../../../apps/api/src/jobs/jobs.js';
import { ApiKey } from '../../../apps/api/src/keys/api-key.entity.js';
import { KeyUsage } from '../../../apps/api/src/usage/key-usage.entity.js';
import { Browser, plain } from '../../support/browser.js';
import { type Person, TestApp } from '../../support/test-app.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

interface Digest {
  readonly week: string;
  readonly drifting: { key_id: string; uses: number; usual: number; times: number }[];
  readonly dormant: { key_id: string; last_used_at: string | null }[];
  readonly unused: { key_id: string; last_used_at: string | null }[];
  readonly evidence: { key_id: string; kind: string; score: number; day: string }[];
  readonly advice: { kind: string; count: number }[];
}

/** It begins on a Sunday. */
const app = TestApp.forTests();
let owner: Person;
beforeAll(async () => {
  owner = await app.person();
});

async function digestOf(person: Person): Promise<Digest | null> {
  const { token } = await app.signedIn(person);
  return (await app.call<{ digest: Digest | null }>('GET', '/api/v1/insights', { as: token })).body.digest;
}

/** A key that was made so long ago, and used so often in each week before the one that is over, and in that. */
async function keyUsed(weeks: readonly number[], lastUsedDaysAgo: number, madeDaysAgo = 200): Promise<string> {
  const { id } = await app.key(await app.signedIn(owner), { never_expires: true });
  const { manager } = app.dataSource;
  const daysAgo = (days: number) => new Date(app.clock.now() - days * DAY_MS);
  await manager.update(ApiKey, { id }, { createdAt: daysAgo(madeDaysAgo) });
  const lastUsedAt = daysAgo(lastUsedDaysAgo);
  await manager.insert(KeyUsage, { keyId: id, secretId: id, usageCount: '1', lastUsedAt });
  const monday = Date.UTC(2026, 10, 16);
  await app.dataSource.query(
    `INSERT INTO usage_hours (key_id, hour, secret_id, outcome, uses, latency_us_sum, latency_us_max)
     SELECT $1, hour, $1, 'VALID', uses, 0, 0 FROM unnest($2::timestamptz[], $3::bigint[]) AS use (hour, uses)`,
    [id, weeks.map((_, n) => new Date(monday - (weeks.length - 1 - n) * 7 * DAY_MS + 50 * HOUR_MS)), weeks],
  );
  return id;
}

describe('the weekly digest', () => {
  const ids: Record<string, string> = {};
  beforeAll(async () => {
    ids.rising = await keyUsed([1_000, 1_100, 900, 1_000, 1_949], 1);
    ids.steady = await keyUsed([1_000, 1_100, 900, 1_000, 1_100], 1);
    ids.dormant = await keyUsed([], 45);
    ids.unused = await keyUsed([], 120);
    await app.dataSource.manager.insert(KeyEvidence, [
      { keyId: ids.steady, day: '2026-11-18', kind: 'place', e: 2.4 },
      { keyId: ids.steady, day: '2026-11-19', kind: 'place', e: 1.7 },
      { keyId: ids.steady, day: '2026-11-10', kind: 'denied', e: 4 },
    ]);
  });

  it('is not there before a week is over, and then says what alerts nobody', async () => {
    expect(await digestOf(owner)).toBeNull();
    app.clock.advance(DAY_MS);
    await app.nest.get(Jobs).runDue();
    expect((await app.nest.get(Jobs).lastRun('weekly_digest'))?.error).toBeNull();
    const digest = await digestOf(owner);
    expect(digest).toMatchObject({
      week: '2026-11-16',
      drifting: [{ key_id: ids.rising, uses: 1_949, usual: 1_000, times: 1.95 }],
      dormant: [{ key_id: ids.dormant }],
      unused: [{ key_id: ids.unused }],
      evidence: [{ key_id: ids.steady, kind: 'place', score: 2.4, day: '2026-11-18' }],
      alerts: [],
    });
    expect(digest?.advice).toContainEqual({ kind: 'unused', count: 1 });
    const { text } = await (await new Browser(app.url).signIn(owner)).get('/dashboard/insights');
    expect(plain(text)).toMatch(/The week from .* 1,949 times, usually 1,000/s);
  });

  it('is told once a week to those whose keys they are, and is nobody else’s', async () => {
    const told = () => app.dataSource.manager.findBy(OutgoingEvent, { type: 'insights.digest', ownerId: owner.id });
    app.clock.advance(HOUR_MS);
    await app.nest.get(Jobs).runDue();
    expect(await told()).toMatchObject([{ data: { user_id: owner.id, week: '2026-11-16' } }]);
    expect(await digestOf(await app.person())).toBeNull();
    app.clock.advance(7 * DAY_MS);
    await app.nest.get(Jobs).runDue();
    expect((await told()).map(({ data }) => (data as Digest).week)).toEqual(['2026-11-16', '2026-11-23']);
    expect(await digestOf(owner)).toMatchObject({ week: '2026-11-23', evidence: [] });
  });

  it('of a week that somebody else has written is not told again', async () => {
    const store = app.nest.get(DigestStore);
    const digest = { week: '2026-10-05', drifting: [], dormant: [], unused: [], evidence: [], alerts: [], advice: [] };
    const kept = await Promise.all([1, 2, 3].map(() => store.keep(owner.id, digest, true, app.clock.now())));
    expect(kept.filter(Boolean)).toHaveLength(1);
    expect(await app.dataSource.manager.countBy(OutgoingEvent, { type: 'insights.digest', ownerId: owner.id })).toBe(3);
    await app.dataSource.manager.deleteAll(OutgoingEvent);
    const { manager } = app.dataSource;
    const [written] = await manager.findBy(InsightDigest, { ownerId: owner.id });
    app.clock.advance(6 * DAY_MS);
    await manager.insert(InsightDigest, { ...written, ownerId: owner.id, week: '2026-11-30' });
    await app.nest.get(Jobs).runDue();
    expect(await manager.countBy(OutgoingEvent, { type: 'insights.digest', ownerId: owner.id })).toBe(0);
  });
});

import { v7 as uuidv7 } from 'uuid';
import { startingThresholds } from '#domain';
import { Anomaly } from '../../../apps/api/src/anomaly/anomaly.entity.js';
import { KeyEvidence } from '../../../apps/api/src/anomaly/key-evidence.entity.js';
import { WatchedKey } from '../../../apps/api/src/anomaly/watched-key.entity.js';
import { AuditEntry } from '../../../apps/api/src/audit/audit-entry.entity.js';
import { Jobs } from '../../../apps/api/src/jobs/jobs.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { DAY_MS } from './history.js';

const PATH = '/api/v1/anomalies/budget';
const KEYS = 30;
const NOTHING = Buffer.alloc(0);

interface Budget {
  readonly budget: number;
  readonly effective_budget: number;
  readonly realised: number | null;
  readonly keys: number;
  readonly key_weeks: number;
  readonly thresholds: Record<string, number>;
  readonly calibrated_at: string | null;
}

const app = TestApp.forTests();
let admin: Person;
beforeAll(async () => {
  admin = await app.person('admin');
});

const show = async () => (await app.call<Budget>('GET', PATH, { as: admin.token })).body;
const set = (budget: unknown) => app.call<Budget>('PUT', PATH, { as: admin.token, body: { budget } });

async function night(): Promise<void> {
  app.clock.advance(DAY_MS);
  await app.nest.get(Jobs).runDue();
  admin = await app.signedIn(admin);
}

/** Keys that are used all the time, of which one is strange on twenty days. */
async function fourWeeks(): Promise<string> {
  const ids: string[] = [];
  for (let count = 0; count < KEYS; count++) ids.push((await app.key(admin, { never_expires: true })).id);
  const strange = ids[0] ?? '';
  await app.nest.get(Jobs).runDue();
  const start = app.clock.now();
  app.clock.advance(28 * DAY_MS);
  const { manager } = app.dataSource;
  const states = { place: NOTHING, denied: NOTHING, sharing: NOTHING, dormant: NOTHING, retiredSecret: NOTHING };
  const quiet = { alerted: {}, overAt: {}, anomalyIds: {} };
  const seenUntil = new Date(app.clock.now());
  await manager.insert(
    WatchedKey,
    ids.map((keyId) => ({ keyId, seenUntil, ...states, quiet })),
  );
  await manager.insert(
    KeyEvidence,
    Array.from({ length: 20 }, (_, day) => ({
      keyId: strange,
      day: new Date(start + (5 + day) * DAY_MS).toISOString().slice(0, 10),
      kind: 'place' as const,
      e: 5,
    })),
  );
  return strange;
}

async function alerted(keyId: string, daysAgo: number, isConfirmed: boolean): Promise<void> {
  const at = app.clock.now() - daysAgo * DAY_MS;
  await app.dataSource.manager.insert(Anomaly, {
    ...{ id: uuidv7(), keyId, ownerId: admin.id, type: 'new_network', severity: 'high', description: '', evidence: [] },
    ...{ actionTaken: 'notified', createdAt: new Date(at), resolvedAt: null, isConfirmed },
  });
}

describe('the budget of false alerts', () => {
  it('is two per 100 keys and week as long as nobody sets another, and realised as nothing before keys are watched', async () => {
    const { thresholds, ...budget } = await show();
    expect(budget).toMatchObject({ budget: 2, effective_budget: 2, realised: null, keys: 0, calibrated_at: null });
    expect(thresholds).toEqual(startingThresholds(2));
  });

  it.each([0, 0.05, 100.5, '2', null, undefined])('cannot be %s', async (budget) => {
    expect((await set(budget)).status).toBe(422);
  });

  it('has thresholds follow at once when it is set, and the log know who did it', async () => {
    const { body } = await set(20);
    expect(body).toMatchObject({ budget: 20, effective_budget: 20 });
    expect(body.thresholds['shape']).toBeCloseTo(startingThresholds(20).shape, 2);
    const [entry] = await app.dataSource.manager.findBy(AuditEntry, { action: 'anomaly_budget_changed' });
    expect(entry).toMatchObject({ userId: admin.id, metadata: { before: 2, after: 20 } });
    await set(2);
  });

  it('has thresholds follow each night from what keys did, but for keys that were misused', async () => {
    const strange = await fourWeeks();
    await night();
    const learned = await show();
    expect(learned.calibrated_at).toBe(new Date(app.clock.now()).toISOString());
    expect(learned).toMatchObject({ keys: KEYS, realised: 0 });
    // So much strange behaviour that nobody calls misuse costs more than two alerts: it is to be stranger.
    expect(learned.thresholds['place']).toBeGreaterThan(5);

    await alerted(strange, 1, true);
    await night();
    expect((await show()).thresholds['place']).toBe(startingThresholds(2).place);
  });

  it('shows what was realised: alerts that nobody confirmed, one a day of each key', async () => {
    const { id } = await app.key(admin);
    for (const daysAgo of [3, 3, 2]) await alerted(id, daysAgo, false);
    const { realised, key_weeks: keyWeeks } = await show();
    expect(keyWeeks).toBeGreaterThan(KEYS);
    expect(realised).toBeCloseTo(200 / keyWeeks, 1);
  });
});

describe('ANOMALY_THRESHOLD', () => {
  const sensitive = TestApp.forTests({ ANOMALY_THRESHOLD: '2' });

  it('scales the budget, one less to ten times as much', async () => {
    const { token } = await sensitive.person('admin');
    const { body } = await sensitive.call<Budget>('GET', PATH, { as: token });
    expect(body).toMatchObject({ budget: 2, effective_budget: 20 });
    expect(body.thresholds['shape']).toBeCloseTo(startingThresholds(20).shape, 2);
  });
});

import { createHash, randomBytes } from 'node:crypto';
import { Jobs } from '../../../apps/api/src/jobs/jobs.js';
import { type Person, TestApp } from '../../support/test-app.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MONTHLY = { every_days: 30, grace_hours: 24 };

const app = TestApp.forTests({ REFRESH_TOKEN_EXPIRE_DAYS: '365' });
let owner: Person;
beforeAll(async () => {
  owner = await app.person();
});
beforeEach(async () => (owner = await app.signedIn(owner)));

const call = (method: string, path: string, body?: unknown) =>
  app.call(method, `/api/v1/keys${path}`, { as: owner.token, ...(body !== undefined && { body }) });
const shown = async (id: string) => (await call('GET', `/${id}`)).body;
const inMs = (ms: number) => new Date(app.clock.now() + ms).toISOString();

async function pass(ms: number): Promise<void> {
  app.clock.advance(ms);
  await app.nest.get(Jobs).runDue();
  owner = await app.signedIn(owner);
}

const auditOf = async (id: string) =>
  (
    await app.dataSource.query<{ action: string }[]>(
      `SELECT action FROM audit_log WHERE api_key_id = $1 ORDER BY timestamp, id`,
      [id],
    )
  ).map(({ action }) => action);

describe('the rotation policy of a key', () => {
  it('is set at creation, shown with the moment of the next rotation, and cleared by null', async () => {
    const { body } = await call('POST', '', { name: 'monthly', rotation: MONTHLY });
    expect(body.rotation).toEqual({ ...MONTHLY, next_rotation_at: inMs(30 * DAY_MS) });
    expect(body.pending_pickup).toBeNull();
    const id = String(body.id);
    const weekly = { every_days: 7, grace_hours: 168 };
    expect((await call('PUT', `/${id}`, { rotation: weekly })).body.rotation).toMatchObject(weekly);
    expect((await call('PUT', `/${id}`, { name: 'still weekly' })).body.rotation).toMatchObject(weekly);
    expect((await call('PUT', `/${id}`, { rotation: null })).body.rotation).toBeNull();
    expect((await shown(id)).rotation).toBeNull();
  });

  it('comes with an imported key', async () => {
    const hash = createHash('sha256').update(randomBytes(32)).digest('hex');
    const row = { name: 'elsewhere', algorithm: 'sha256', hash, rotation: MONTHLY };
    const { body } = await call('POST', '/import', [row]);
    expect(body.keys).toMatchObject([{ rotation: MONTHLY }]);
  });

  it.each([
    [{ every_days: 0, grace_hours: 24 }, 'rotation.every_days'],
    [{ every_days: 366, grace_hours: 24 }, 'rotation.every_days'],
    [{ every_days: 30, grace_hours: 0 }, 'rotation.grace_hours'],
    [{ every_days: 30, grace_hours: 169 }, 'rotation.grace_hours'],
    [{ every_days: 1, grace_hours: 25 }, 'rotation.grace_hours'],
    [{ every_days: 30 }, 'rotation.grace_hours'],
    [{ grace_hours: 24 }, 'rotation.every_days'],
    [[], 'rotation'],
    ['monthly', 'rotation'],
  ])('is refused when it is %j', async (rotation, field) => {
    const { status, body } = await call('POST', '', { name: 'odd', rotation });
    const fields = new Set((body.errors as { field: string }[]).map((each) => each.field));
    expect([status, ...fields]).toEqual([422, field]);
  });

  it('is not kept for a key that expires before', async () => {
    const { body } = await call('POST', '', { name: 'short', rotation: MONTHLY, expires_in_days: 30 });
    expect(body.rotation).toEqual({ ...MONTHLY, next_rotation_at: null });
    await pass(29 * DAY_MS);
    await pass(2 * DAY_MS);
    expect(await auditOf(String(body.id))).not.toContain('key_auto_rotated');
  });
});

describe('a key that is due', () => {
  it('gets a new secret on its day, and the one before keeps its grace', async () => {
    const { id, secret } = await app.key(owner, { rotation: MONTHLY, never_expires: true });
    await pass(30 * DAY_MS - 1);
    expect(await shown(id)).toMatchObject({ status: 'active', secrets: [{ state: 'current' }] });
    await pass(MINUTE_MS);
    const key = await shown(id);
    expect(key).toMatchObject({
      status: 'rotating',
      grace_period_ends_at: inMs(DAY_MS),
      rotation: { next_rotation_at: inMs(30 * DAY_MS) },
      pending_pickup: { since: inMs(0), until: inMs(30 * DAY_MS) },
      secrets: [{ state: 'current' }, { state: 'retiring' }],
    });
    expect((await app.call('GET', '/api/v1/verify', { key: secret })).status).toBe(200);
    await pass(DAY_MS);
    expect((await app.call('GET', '/api/v1/verify', { key: secret })).status).toBe(401);
    expect(await auditOf(id)).toEqual([
      'api_key_created',
      'key_auto_rotated',
      'key_rotation_completed',
      'key_pickup_reminder',
    ]);
  });

  it('is rotated within the minute when its policy is younger than its secret', async () => {
    const { id } = await app.key(owner, { never_expires: true });
    await pass(40 * DAY_MS);
    expect((await call('PUT', `/${id}`, { rotation: MONTHLY })).body.rotation).toMatchObject({
      next_rotation_at: inMs(-10 * DAY_MS),
    });
    await pass(MINUTE_MS);
    expect(await shown(id)).toMatchObject({ status: 'rotating' });
  });

  it('begins a new period when it is rotated by hand', async () => {
    const { id } = await app.key(owner, { rotation: MONTHLY, never_expires: true });
    await pass(20 * DAY_MS);
    await call('POST', `/${id}/rotate`, {});
    await pass(20 * DAY_MS);
    expect(await auditOf(id)).not.toContain('key_auto_rotated');
    await pass(10 * DAY_MS);
    expect(await auditOf(id)).toContain('key_auto_rotated');
  });

  it('waits while it is disabled, and is left alone for good when it is revoked', async () => {
    const disabled = await app.key(owner, { rotation: MONTHLY, never_expires: true });
    const revoked = await app.key(owner, { rotation: MONTHLY, never_expires: true });
    await call('POST', `/${disabled.id}/disable`);
    await call('DELETE', `/${revoked.id}`);
    await pass(40 * DAY_MS);
    expect(await shown(disabled.id)).toMatchObject({ status: 'disabled', rotation: { next_rotation_at: null } });
    expect(await auditOf(disabled.id)).not.toContain('key_auto_rotated');
    await call('POST', `/${disabled.id}/enable`);
    await pass(MINUTE_MS);
    expect(await auditOf(disabled.id)).toContain('key_auto_rotated');
    expect(await auditOf(revoked.id)).not.toContain('key_auto_rotated');
  });

  it('never has a grace that outlives it', async () => {
    const policy = { every_days: 30, grace_hours: 168 };
    const { id } = await app.key(owner, { rotation: policy, expires_in_days: 31 });
    await pass(30 * DAY_MS);
    expect(await shown(id)).toMatchObject({ status: 'rotating', grace_period_ends_at: inMs(DAY_MS) });
  });

  it('does not hold back the others when it cannot be rotated', async () => {
    const poison = await app.key(owner, { rotation: MONTHLY, never_expires: true });
    const sound = await app.key(owner, { rotation: MONTHLY, never_expires: true });
    await app.dataSource.query(`UPDATE api_keys SET prefix = 'not a prefix' WHERE id = $1`, [poison.id]);
    await pass(30 * DAY_MS);
    expect(await auditOf(sound.id)).toContain('key_auto_rotated');
    expect(await auditOf(poison.id)).not.toContain('key_auto_rotated');
    expect((await app.nest.get(Jobs).lastRun('rotate_due_keys'))?.error).toContain(poison.id);
    await call('DELETE', `/${poison.id}`);
  });
});

describe('AUTO_ROTATION_ENABLED=false', () => {
  it('keeps policies and rotates nothing', async () => {
    const still = await TestApp.start({ AUTO_ROTATION_ENABLED: 'false' });
    const person = await still.person();
    const { id } = await still.key(person, { rotation: MONTHLY, never_expires: true });
    still.clock.advance(40 * DAY_MS);
    await still.nest.get(Jobs).runDue();
    const { token } = await still.signedIn(person);
    const { body } = await still.call('GET', `/api/v1/keys/${id}`, { as: token });
    expect(body).toMatchObject({ status: 'active', rotation: { ...MONTHLY, next_rotation_at: null } });
    await still.stop();
  });
});

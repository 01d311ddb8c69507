import { AuditEntry } from '../../../apps/api/src/audit/audit-entry.entity.js';
import { TestApp } from '../../support/test-app.js';
import { anomalies, BEHIND_A_PROXY, DAY_MS, ELSEWHERE, HOME, live, look, use } from './history.js';
import { type Answered, Cast, explained, HOUR_MS, logged, POLICY, steal, switchOn, told } from './theft.js';

const app = TestApp.forTests(BEHIND_A_PROXY);
const cast = new Cast(() => app);
beforeEach(() => cast.begin());

describe('the policy', () => {
  it('is to tell and nothing else until somebody switches more on', async () => {
    const { id, secret } = await cast.knownKey();
    await steal(app, secret);
    expect(await cast.alertAbout(id)).toMatchObject({ severity: 'critical', action_taken: 'notified', response: null });
    expect((await use(app, secret, HOME)).status).toBe(200);
  });

  it('acts upon nothing of which there was no dry run', async () => {
    const set = (body: object) => app.call('PUT', POLICY, { as: cast.admin.token, body });
    expect((await set({ mode: 'act' })).status).toBe(422);
    expect((await set({ mode: 'dry_run', high: 'notify' })).status).toBe(200);
    expect((await set({ mode: 'act', high: 'throttle' })).status).toBe(422);
    expect((await set({ mode: 'act' })).body).toMatchObject({ mode: 'act', high: 'notify', critical: 'suspend' });
    expect((await set({ critical: 'throttle' })).body).toMatchObject({ mode: 'act', critical: 'throttle' });
    expect((await set({ critical: 'suspend' })).status).toBe(422);
    expect((await set({ medium: 'suspend' })).status).toBe(422);
    expect((await set({ mode: 'off', high: 'throttle', critical: 'suspend' })).status).toBe(200);
    const { manager } = app.dataSource;
    const changes = await manager.countBy(AuditEntry, { action: 'anomaly_responses_changed', userId: cast.admin.id });
    expect(changes).toBe(4);
  });
});

describe('a stolen key', () => {
  it('is only said to be suspended in a dry run', async () => {
    const { id, secret } = await cast.knownKey();
    await switchOn(app, cast.admin, 'dry_run');
    await steal(app, secret);
    const alert = await cast.alertAbout(id);
    expect(alert).toMatchObject({
      action_taken: 'would_have_suspended',
      response: { reaction: 'suspend', dry_run: true, can_be_undone: false },
    });
    expect((await use(app, secret, HOME)).status).toBe(200);
    expect(await cast.shown(id)).toMatchObject({ status: 'active', suspended_by: null, throttle: null });
    expect([await logged(app, 'api_key_suspended', id), await told(app, 'key.disabled', id)]).toEqual([[], []]);
    expect((await cast.undo(alert?.id ?? '')).status).toBe(409);
    const { body } = await app.call('GET', POLICY, { as: cast.admin.token });
    expect(body).toMatchObject({ mode: 'dry_run', suspended: 0, would_have_suspended: 1 });
    const insights = await app.call<{ anomalies_detected: Answered[] }>('GET', '/api/v1/insights', {
      as: cast.owner.token,
    });
    expect(insights.body.anomalies_detected[0]).toMatchObject({ action_taken: 'would_have_suspended' });
  });

  it('is suspended, refused at its next use, and works again when that is undone', async () => {
    const { id, secret } = await cast.knownKey();
    await switchOn(app, cast.admin);
    await steal(app, secret);
    const alert = await cast.alertAbout(id);
    expect(alert).toMatchObject({ action_taken: 'suspended', response: { reaction: 'suspend', can_be_undone: true } });
    expect(await cast.shown(id)).toMatchObject({ status: 'disabled', suspended_by: alert?.id });
    const refused = await use(app, secret, HOME);
    expect([refused.status, refused.body.code]).toEqual([401, 'API_KEY_DISABLED']);
    expect(await explained(app, cast.owner, refused)).toMatchObject({ code: 'DISABLED', passes_now: false });
    const at = new Date(app.clock.now()).toISOString();

    expect((await cast.undo(alert?.id ?? '')).body).toMatchObject({
      action_taken: 'suspended',
      response: { can_be_undone: false, undone_at: new Date(app.clock.now()).toISOString() },
    });
    expect((await use(app, secret, HOME)).status).toBe(200);
    // What the milder alert before it has called for is undone with it.
    expect(await cast.shown(id)).toMatchObject({ status: 'active', suspended_by: null, throttle: null });
    const all = await anomalies<Answered>(app, cast.owner.token, `?api_key_id=${id}`);
    expect(all.map(({ response }) => response?.can_be_undone)).toEqual([false, false]);
    expect(await explained(app, cast.owner, refused, at)).toMatchObject({ code: 'DISABLED', passes_now: true });
    expect((await cast.undo(alert?.id ?? '')).status).toBe(409);
  });

  it('is not undone any more once somebody has revoked it, and says so', async () => {
    const { id, secret } = await cast.knownKey();
    await switchOn(app, cast.admin);
    await steal(app, secret);
    await app.call('DELETE', `/api/v1/keys/${id}`, { as: cast.owner.token });
    const all = await anomalies<Answered>(app, cast.owner.token, `?api_key_id=${id}`);
    expect(all.map(({ response }) => response?.can_be_undone)).toEqual([false, false]);
    expect((await cast.undo(all[0]?.id ?? '')).status).toBe(409);
  });

  it('was throttled before for as long as it was, whenever a later suspension is undone', async () => {
    const { id, secret } = await cast.knownKey();
    await switchOn(app, cast.admin);
    await steal(app, secret);
    await app.dataSource.query(
      `UPDATE anomalies SET response = jsonb_set(response, '{until}', to_jsonb($2::float8))
       WHERE key_id = $1 AND action_taken = 'throttled'`,
      [id, app.clock.now()],
    );
    await cast.undo((await cast.alertAbout(id))?.id ?? '');
    const all = await anomalies<Answered>(app, cast.owner.token, `?api_key_id=${id}`);
    expect(all).toHaveLength(2);
    expect(all.find(({ action_taken }) => action_taken === 'throttled')?.response).toMatchObject({ undone_at: null });
  });

  it('is suspended in the log and in what is told, and so it is undone', async () => {
    const { id, secret } = await cast.knownKey();
    await switchOn(app, cast.admin);
    await steal(app, secret);
    const { id: anomalyId = '' } = (await cast.alertAbout(id)) ?? {};
    await cast.undo(anomalyId);
    expect(await logged(app, 'api_key_suspended', id)).toMatchObject([{ metadata: { anomaly_id: anomalyId } }]);
    expect(await logged(app, 'api_key_restored', id)).toMatchObject([
      { userId: cast.owner.id, metadata: { was: 'suspended' } },
    ]);
    expect(await told(app, 'key.disabled', id)).toMatchObject([{ data: { anomaly_id: anomalyId } }]);
    expect(await told(app, 'key.restored', id)).toMatchObject([{ data: { anomaly_id: anomalyId, was: 'suspended' } }]);
    const detected = await told(app, 'anomaly.detected', id);
    expect(detected.map(({ data }) => (data as { action_taken: string }).action_taken)).toContain('suspended');
  });

  it('is left alone for a day once somebody has undone it', async () => {
    const { id, secret } = await cast.knownKey();
    await switchOn(app, cast.admin);
    await steal(app, secret);
    await cast.undo((await cast.alertAbout(id))?.id ?? '');
    app.clock.advance(2 * HOUR_MS);
    for (let times = 0; times < 4; times++)
      for (const method of ['POST', 'DELETE']) await use(app, secret, HOME, method);
    await look(app);
    const all = await anomalies<Answered>(app, cast.owner.token, `?api_key_id=${id}&type=scope_probing`);
    expect(all).toMatchObject([{ action_taken: 'held_back', response: { withheld_because: 'undone_lately' } }]);
    expect((await use(app, secret, HOME)).status).toBe(200);
  });

  it('cannot be had back by undoing after a day, nor once somebody has changed it by hand, nor by others', async () => {
    const first = await cast.knownKey();
    await switchOn(app, cast.admin);
    await steal(app, first.secret);
    const { id = '' } = (await cast.alertAbout(first.id)) ?? {};
    expect((await cast.undo(id, await app.person())).status).toBe(404);
    for (const action of ['enable', 'disable'])
      await app.call('POST', `/api/v1/keys/${first.id}/${action}`, { as: cast.owner.token });
    expect((await cast.undo(id)).status).toBe(409);
    expect(await cast.shown(first.id)).toMatchObject({ status: 'disabled', suspended_by: null });

    const second = await cast.knownKey();
    await steal(app, second.secret);
    app.clock.advance(DAY_MS);
    cast.owner = await app.signedIn(cast.owner);
    expect((await cast.undo((await cast.alertAbout(second.id))?.id ?? '')).status).toBe(409);
    expect(await cast.shown(second.id)).toMatchObject({ status: 'disabled' });
  });

  it('is not suspended when its owner has no other', async () => {
    const { id, secret } = await app.key(cast.owner, { never_expires: true });
    await live(app, secret, 6);
    cast.admin = await app.signedIn(cast.admin);
    cast.owner = await app.signedIn(cast.owner);
    await switchOn(app, cast.admin);
    await steal(app, secret);
    expect(await cast.alertAbout(id)).toMatchObject({
      ...{ severity: 'critical', action_taken: 'held_back' },
      response: { reaction: 'suspend', withheld_because: 'last_key' },
    });
    expect(await cast.shown(id)).toMatchObject({ status: 'active', throttle: { rate_limit_per_minute: 2 } });
  });
});

describe('what was used in vain', () => {
  it('is told of, and takes nothing from anybody', async () => {
    const { id, secret } = await cast.knownKey();
    const rotated = await app.call<{ new_key: { api_key: string } }>('POST', `/api/v1/keys/${id}/rotate`, {
      ...{ as: cast.owner.token, body: { grace_period_hours: 0 } },
    });
    const canary = await app.key(cast.owner, { is_canary: true });
    await switchOn(app, cast.admin);
    for (const shownSecret of [secret, canary.secret]) await use(app, shownSecret, ELSEWHERE);
    await look(app);
    for (const each of [id, canary.id])
      expect(await cast.alertAbout(each)).toMatchObject({
        severity: 'critical',
        action_taken: 'notified',
        response: null,
      });
    expect((await use(app, rotated.body.new_key.api_key, HOME)).status).toBe(200);
  });
});

import { AuditEntry } from '../../../apps/api/src/audit/audit-entry.entity.js';
import { OutgoingEvent } from '../../../apps/api/src/events/outgoing-event.entity.js';
import { randomBytes } from 'node:crypto';
import { generateKey } from '#domain';
import { type Person, TestApp } from '../../support/test-app.js';
import { anomalies, BEHIND_A_PROXY, DAY_MS, ELSEWHERE, forgetOthers, HOME, live, look, use } from './history.js';

const app = TestApp.forTests(BEHIND_A_PROXY);
let owner: Person;
let admin: Person;
beforeAll(async () => {
  admin = await app.person('admin');
});
beforeEach(async () => {
  owner = await app.person();
  await forgetOthers(app);
});

const unknownKey = () => generateKey('production', randomBytes).reveal();

describe('a key that was always used from one place', () => {
  it('raises one alert when it is used from a new network with a new client, in words that say why', async () => {
    const { id, secret } = await app.key(owner, { permissions: ['read'] });
    await live(app, secret, 6);
    await look(app);
    owner = await app.signedIn(owner);
    expect(await anomalies(app, owner.token)).toEqual([]);

    for (let times = 0; times < 3; times++) expect((await use(app, secret, ELSEWHERE)).status).toBe(200);
    await look(app);
    const since = new Date(app.clock.now()).toISOString().slice(0, 16).replace('T', ' ');
    expect(await anomalies(app, owner.token)).toEqual([
      expect.objectContaining({
        api_key_id: id,
        anomaly_type: 'new_network',
        severity: 'high',
        description: `New provider + new client; typically this key shows a new network every 26 days. Since ${since} UTC; about once in 20 years.`,
        action_taken: 'notified',
        resolved: false,
      }),
    ]);
  });

  it('tells the owner, the log and the outside in one transaction', async () => {
    const { id, secret } = await app.key(owner);
    await live(app, secret, 6);
    await use(app, secret, ELSEWHERE);
    await look(app);
    const [anomaly] = await anomalies(app, (await app.signedIn(owner)).token);
    const { manager } = app.dataSource;
    const audited = await manager.findBy(AuditEntry, { action: 'anomaly_detected', apiKeyId: id });
    const told = await manager.findBy(OutgoingEvent, { type: 'anomaly.detected', subjectId: id });
    const said = {
      anomaly_id: anomaly?.id,
      anomaly_type: 'new_network',
      severity: anomaly?.severity,
      description: anomaly?.description,
    };
    expect(audited).toMatchObject([{ userId: owner.id, metadata: said }]);
    expect(told).toMatchObject([{ ownerId: owner.id, data: { ...said, api_key_id: id } }]);
  });

  it('says from which network and with which client', async () => {
    const { secret } = await app.key(owner);
    await live(app, secret, 6);
    await use(app, secret, ELSEWHERE);
    await look(app);
    const [anomaly] = await anomalies(app, (await app.signedIn(owner)).token);
    expect(anomaly?.evidence[0]).toMatchObject({
      kind: 'place',
      facts: { from_network: '198.51.100.0/24', client: 'python-requests/2.31' },
    });
  });

  it('alerts nobody of another address in the same network', async () => {
    const { secret } = await app.key(owner);
    await live(app, secret, 6);
    await use(app, secret, { ...HOME, ip: '203.0.113.200' });
    await look(app);
    expect(await anomalies(app, (await app.signedIn(owner)).token)).toEqual([]);
  });

  it('alerts when it is used again after weeks of silence', async () => {
    const { secret } = await app.key(owner);
    await live(app, secret, 6);
    app.clock.advance(21 * DAY_MS);
    await use(app, secret, HOME);
    await look(app);
    const [anomaly] = await anomalies(app, (await app.signedIn(owner)).token);
    expect(anomaly).toMatchObject({ anomaly_type: 'dormant_key_used', severity: 'high' });
    expect(anomaly?.description).toMatch(/^Used after 22 days of silence, typically 0–0\.9\. /);
  });

  it('alerts when it asks for what it may not, again and again', async () => {
    const { secret } = await app.key(owner, { permissions: ['read'] });
    await live(app, secret, 6);
    for (let times = 0; times < 4; times++)
      for (const method of ['POST', 'DELETE']) expect((await use(app, secret, HOME, method)).status).toBe(403);
    await look(app);
    const [anomaly] = await anomalies(app, (await app.signedIn(owner)).token);
    expect(anomaly).toMatchObject({ anomaly_type: 'scope_probing', severity: 'high' });
    expect(anomaly?.description).toMatch(/^8 of 8 calls denied over 2 permissions, typically /);
  });

  it('is critical when several providers within the hour come to the new place', async () => {
    const { secret } = await app.key(owner);
    await live(app, secret, 6);
    for (const ip of ['198.51.100.9', '192.0.2.4', '100.64.3.2']) {
      await use(app, secret, { ...ELSEWHERE, ip });
      app.clock.advance(60_000);
    }
    await look(app);
    const all = await anomalies(app, (await app.signedIn(owner)).token, '?severity=critical');
    expect(all).toMatchObject([{ anomaly_type: 'multiple_ips' }]);
    expect(all[0]?.description).toMatch(/^Used from 3 providers within an hour, typically 1\. /);
  });
});

describe('a secret that was taken out of use', () => {
  it('is a critical alert when its key was revoked, at the first use', async () => {
    const { id, secret } = await app.key(owner);
    await use(app, secret, HOME);
    await app.call('DELETE', `/api/v1/keys/${id}`, { as: owner.token });
    expect((await use(app, secret, ELSEWHERE)).status).toBe(401);
    await look(app);
    const [anomaly] = await anomalies(app, owner.token);
    expect(anomaly).toMatchObject({ api_key_id: id, anomaly_type: 'retired_secret_used', severity: 'critical' });
    expect(anomaly?.description).toMatch(/^Used once after the key was revoked, from a new network; /);
  });

  it('is counted on in the same anomaly', async () => {
    const { id, secret } = await app.key(owner);
    await app.call('DELETE', `/api/v1/keys/${id}`, { as: owner.token });
    for (let times = 0; times < 3; times++) {
      await use(app, secret, ELSEWHERE);
      await look(app);
    }
    const all = await anomalies(app, owner.token);
    expect(all.map(({ description }) => description.split(',')[0])).toEqual(['Used 3 times after the key was revoked']);
  });
});

describe('unknown keys', () => {
  const stuffing = async () => await anomalies(app, (await app.signedIn(admin)).token, '?type=credential_guessing');

  it('tried from one network raise an alert that admins see and nobody else', async () => {
    for (let tries = 0; tries < 8; tries++) expect((await use(app, unknownKey(), ELSEWHERE)).status).toBe(401);
    await look(app);
    const [anomaly] = await stuffing();
    expect(anomaly).toMatchObject({ api_key_id: null, severity: 'high' });
    expect(anomaly?.description).toMatch(/^8 different unknown keys tried within 5 minutes, typically 0–2\. /);
    expect(anomaly?.evidence[0]?.facts).toMatchObject({ from_network: '198.51.100.0/24' });
    expect(await anomalies(app, owner.token, '?type=credential_guessing')).toEqual([]);
  });

  it('that are one and the same raise none, however often it is tried', async () => {
    const before = await stuffing();
    app.clock.advance(2 * DAY_MS);
    const forgotten = unknownKey();
    for (let tries = 0; tries < 20; tries++) await use(app, forgotten, HOME);
    await look(app);
    expect(await stuffing()).toEqual(before);
  });
});

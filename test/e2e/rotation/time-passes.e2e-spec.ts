import { Jobs } from '../../../apps/api/src/jobs/jobs.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { storyOf, typesOfEvents } from './story-of.js';

const DAY_MS = 86_400_000;

const app = TestApp.forTests({ REFRESH_TOKEN_EXPIRE_DAYS: '365', ACCESS_TOKEN_EXPIRE_MINUTES: '1440' });
let owner: Person;
let start: number;
beforeAll(async () => {
  owner = await app.person();
  start = app.clock.now();
});

/** Lets the days pass as an instance would see them: every job looks at everything again each day. */
async function pass(days: number): Promise<void> {
  for (let day = 0; day < days; day++) {
    app.clock.advance(DAY_MS);
    await app.nest.get(Jobs).runDue();
  }
}

const toldOf = (id: string) => storyOf(app.dataSource, id, start);
const eventsOf = (id: string) => typesOfEvents(app.dataSource, id);

describe('a hundred and twenty days', () => {
  it('tell each warning, expiry and end of a grace once, on its day', async () => {
    const quarterly = await app.key(owner, { expires_in_days: 90 });
    const weekly = await app.key(owner, { expires_in_days: 7 });
    const eternal = await app.key(owner, { never_expires: true });
    const rotated = await app.key(owner, { never_expires: true });
    const revoked = await app.key(owner, { expires_in_days: 30 });
    const rotate = (id: string, hours: number) =>
      app.call('POST', `/api/v1/keys/${id}/rotate`, { as: owner.token, body: { grace_period_hours: hours } });
    await rotate(rotated.id, 48);
    await rotate(revoked.id, 48);
    await app.call('DELETE', `/api/v1/keys/${revoked.id}`, { as: owner.token });
    await pass(120);
    expect(await toldOf(quarterly.id)).toEqual([
      ['key_expiry_warning', 60, 30],
      ['key_expiry_warning', 76, 14],
      ['key_expiry_warning', 83, 7],
      ['key_expiry_warning', 89, 1],
      ['key_auto_expired', 90, null],
    ]);
    expect(await eventsOf(quarterly.id)).toEqual([
      'key.created',
      'key.expiring',
      'key.expiring',
      'key.expiring',
      'key.expiring',
      'key.expired',
    ]);
    expect(await toldOf(weekly.id)).toEqual([
      ['key_expiry_warning', 6, 1],
      ['key_auto_expired', 7, null],
    ]);
    expect(await toldOf(rotated.id)).toEqual([['key_rotation_completed', 2, null]]);
    expect([await toldOf(eternal.id), await toldOf(revoked.id)]).toEqual([[], []]);
  });

  it('are caught up with once after a time in which nothing ran', async () => {
    const forgotten = await app.key(await app.person(), { expires_in_days: 20 });
    app.clock.advance(14 * DAY_MS);
    await app.nest.get(Jobs).runDue();
    const warned = await toldOf(forgotten.id);
    expect(warned.map(([action, , daysLeft]) => [action, daysLeft])).toEqual([['key_expiry_warning', 7]]);
    app.clock.advance(30 * DAY_MS);
    await app.nest.get(Jobs).runDue();
    expect((await toldOf(forgotten.id)).map(([action]) => action)).toEqual(['key_expiry_warning', 'key_auto_expired']);
  });

  it('tell of a second expiry when the first was moved', async () => {
    const person = await app.person();
    const revived = await app.key(person, { expires_in_days: 2 });
    await pass(3);
    await app.call('PUT', `/api/v1/keys/${revived.id}`, {
      as: (await app.signedIn(person)).token,
      body: { expires_in_days: 2 },
    });
    await pass(3);
    expect((await toldOf(revived.id)).map(([action]) => action)).toEqual([
      'key_expiry_warning',
      'key_auto_expired',
      'key_expiry_warning',
      'key_auto_expired',
    ]);
  });
});

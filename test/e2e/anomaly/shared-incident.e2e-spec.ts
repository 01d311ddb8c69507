import { AuditEntry } from '../../../apps/api/src/audit/audit-entry.entity.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { anomalies, DAY_MS } from './history.js';
import { BUCKET_MS, type Habit, HOUR_MS, letPass, office } from './minutes.js';

const KEYS = 4;
const tenfold: Habit = (bucket) => 10 * office(bucket) + 200;

const app = TestApp.forTests();
let admin: Person;
let owner: Person;
const ids: string[] = [];
beforeAll(async () => {
  admin = await app.person('admin');
  owner = await app.person();
  app.clock.advance(BUCKET_MS - (app.clock.now() % BUCKET_MS));
  for (let count = 0; count < KEYS; count++) ids.push((await app.key(owner, { never_expires: true })).id);
  await letPass(app, ids, 20 * DAY_MS, office);
});

const told = async (person: Person) => anomalies(app, (await app.signedIn(person)).token);

describe('keys that change how they are used', () => {
  it('are alerted each for itself when the others do what they always do', async () => {
    expect(await told(admin)).toEqual([]);
    const [first = '', ...others] = ids;
    const from = app.clock.now();
    await letPass(app, others, 6 * HOUR_MS, office, () => Promise.resolve());
    app.clock.advance(from - app.clock.now());
    await letPass(app, [first], 6 * HOUR_MS, tenfold);
    expect(await told(owner)).toMatchObject([{ api_key_id: first, severity: 'medium' }]);
  });

  it('all at once are one alert, for those who see the server, and none for each of them', async () => {
    await letPass(app, ids, 4 * DAY_MS, office);
    const before = await told(admin);
    await letPass(app, ids, 6 * HOUR_MS, tenfold);
    const [incident, ...others] = await told(admin);
    expect(others).toEqual(before);
    expect(incident).toMatchObject({ api_key_id: null, anomaly_type: 'shared_incident', severity: 'medium' });
    expect(incident?.description).toMatch(/^[34] of 4 keys changed how they are used within an hour, typically 0; /);
    expect(await told(owner)).toHaveLength(1);
    expect(await app.dataSource.manager.countBy(AuditEntry, { action: 'anomaly_detected' })).toBe(2);
  });
});

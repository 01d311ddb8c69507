import { AnomalyWatch } from '../../../apps/api/src/anomaly/anomaly-watch.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { anomalies, BEHIND_A_PROXY, ELSEWHERE, use } from './history.js';

const KEYS = 6;
const ROUNDS = 5;
const SERVER = process.env.TEST_DATABASE_URL ?? '';

let app: TestApp;
/** On a server another instance. The embedded database belongs to one process, which then looks twice at once. */
let twin: TestApp | undefined;
let owner: Person;
beforeAll(async () => {
  app = await TestApp.start(BEHIND_A_PROXY);
  twin = SERVER === '' ? undefined : await app.another();
  owner = await app.person();
});
afterAll(async () => {
  await twin?.stop();
  await app.stop();
});

it('uses that several instances look at and store at once are each looked at by one of them', async () => {
  const instances = [app, twin ?? app];
  const keys = [];
  for (let count = 0; count < KEYS; count++) {
    const key = await app.key(owner);
    await app.call('DELETE', `/api/v1/keys/${key.id}`, { as: owner.token });
    keys.push(key);
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const instance of instances) for (const { secret } of keys) await use(instance, secret, ELSEWHERE);
    const stores = instances.map((instance) => instance.ingest());
    const looks = [...instances, ...instances].map((instance) => instance.nest.get(AnomalyWatch).catchUp());
    await Promise.all([...stores, ...looks]);
  }
  await app.nest.get(AnomalyWatch).catchUp();

  const found = await anomalies(app, owner.token);
  const said = found.map(({ api_key_id: id, description }) => [id, description.split(',')[0]]);
  const expected = keys.map(({ id }) => [id, `Used ${2 * ROUNDS} times after the key was revoked`]);
  expect(said.sort()).toEqual(expected.sort());
});

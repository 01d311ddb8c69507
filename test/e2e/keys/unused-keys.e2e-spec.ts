import { TestApp } from '../../support/test-app.js';

const DAY_MS = 86_400_000;

const app = TestApp.forTests();
let caller: string;
beforeEach(async () => {
  // Access tokens end before a key can be called unused.
  const scopes = ['akm:keys:read', 'akm:keys:write', 'read'];
  const { secret } = await app.key(await app.person(), { name: 'caller', permissions: scopes, never_expires: true });
  caller = secret;
});

const create = async (name: string) => {
  const body = { name, tags: ['watched'], never_expires: true };
  const answer = await app.call('POST', '/api/v1/keys', { key: caller, body });
  return { id: String(answer.body.id), secret: String(answer.body.api_key) };
};
const use = async ({ secret }: { secret: string }) => {
  expect((await app.call('GET', '/api/v1/protected/test', { key: secret })).status).toBe(200);
  await app.ingest();
};
const unusedFor = async (days: number, more = '') => {
  const path = `/api/v1/keys?tag=watched&sort=name&unused_for_days=${days}${more}`;
  const { body } = await app.call<{ items: { name: string }[] }>('GET', path, { key: caller });
  return body.items.map(({ name }) => name);
};

it('finds keys whose last use, or creation if there was none, is so many days ago, and no later', async () => {
  const used = await create('used');
  await create('unused');
  app.clock.advance(10 * DAY_MS);
  await use(used);
  await create('new');
  expect(await unusedFor(10)).toEqual(['unused']);
  expect(await unusedFor(11)).toEqual([]);
  app.clock.advance(10 * DAY_MS - 1);
  expect(await unusedFor(10)).toEqual(['unused']);
  app.clock.advance(1);
  expect(await unusedFor(10)).toEqual(['new', 'unused', 'used']);
  expect(await unusedFor(10, '&limit=3')).toEqual(['new', 'unused', 'used']);
});

it('takes a refused attempt for no use', async () => {
  const key = await create('attempted');
  app.clock.advance(3 * DAY_MS);
  expect((await app.call('DELETE', '/api/v1/protected/test', { key: key.secret })).status).toBe(403);
  await app.ingest();
  expect(await unusedFor(3)).toEqual(['attempted']);
});

it('counts every secret: one that somebody still uses after a rotation keeps the key in use', async () => {
  const key = await create('rotated');
  await use(key);
  app.clock.advance(5 * DAY_MS);
  await app.call('POST', `/api/v1/keys/${key.id}/rotate`, { key: caller, body: { grace_period_hours: 168 } });
  await use(key);
  app.clock.advance(4 * DAY_MS);
  expect(await unusedFor(5)).toEqual([]);
  expect(await unusedFor(4)).toEqual(['rotated']);
});

it('chooses keys for a change of many', async () => {
  await use(await create('used'));
  const unused = await create('unused');
  app.clock.advance(DAY_MS);
  await use(await create('new'));
  const body = { action: 'disable', filter: { tag: 'watched', q: 'unused', unused_for_days: 1 } };
  const answer = await app.call<{ results: object[] }>('POST', '/api/v1/keys/bulk', { key: caller, body });
  expect(answer.body.results).toMatchObject([{ key_id: unused.id, outcome: 'done' }]);
});

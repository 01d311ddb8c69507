import { createHash } from 'node:crypto';
import { TestApp } from '../../support/test-app.js';
import { EVERYTHING } from './callers.js';
import type { PersonName } from './people.js';
import { Stage } from './stage.js';

const OF_A_DEVELOPER = [
  ...['keys:read', 'keys:write', 'logs:read', 'verify', 'webhooks:read', 'webhooks:write'],
  ...['anomalies:read', 'anomalies:write'],
].map((scope) => `akm:${scope}`);
const OF_AN_ADMIN = [
  ...['keys:all', 'keys:*', 'logs:all', 'logs:*', 'jobs:read', 'users:write', 'webhooks:all', '*'],
  ...['anomalies:all', 'anomalies:*'],
].map((scope) => `akm:${scope}`);
const BUILT_IN = ['read', 'write', 'delete', 'admin'];
const OWN = ['invoices.send', 'invoices.*', 'invoices:*'];
const ALL = [...BUILT_IN, ...OWN, ...OF_A_DEVELOPER, ...OF_AN_ADMIN];

/** Who may hand on what: the specification, by hand. A key has what is named, and its owner the role they have now. */
const GRANTS: [owner: PersonName, key: string[] | null, mayGrant: readonly string[]][] = [
  ['admin', null, ALL],
  ['developer', null, [...BUILT_IN, ...OWN, ...OF_A_DEVELOPER]],
  ['admin', EVERYTHING, [...BUILT_IN, ...OF_A_DEVELOPER, ...OF_AN_ADMIN]],
  ['developer', EVERYTHING, [...BUILT_IN, ...OF_A_DEVELOPER]],
  ['developer', ['akm:keys:write', 'read', 'invoices.*'], ['akm:keys:write', 'read', 'invoices.send', 'invoices.*']],
  ['admin', ['akm:keys:*'], ['akm:keys:read', 'akm:keys:write', 'akm:keys:all', 'akm:keys:*']],
  ['readonly', EVERYTHING, []],
];

let app: TestApp;
let stage: Stage;
let grants = 0;
beforeAll(async () => {
  app = await TestApp.start();
  stage = await Stage.set(app);
});
afterAll(async () => {
  await app.stop();
  process.stdout.write(`authorisation: ${grants} attempts to hand on a permission\n`);
});

describe.each(GRANTS)('%s, by a key for %j', (owner, key, mayGrant) => {
  it('hands on what they hold by now, and nothing else', async () => {
    const by = (await (key ? stage.callers.keyOf(owner, 'granting', key) : stage.callers.person(owner))).credentials;
    const target = await stage.subjects.key(stage.people.id(owner), { permissions: [] });
    const attempts = ALL.flatMap((permission) => {
      const wanted = { name: 'granted', permissions: [permission] };
      const imported = { ...wanted, hash: digestOf(`${owner} ${key?.join()} ${permission}`), algorithm: 'sha256' };
      return [
        { permission, call: 'POST /api/v1/keys', body: wanted },
        { permission, call: `PUT /api/v1/keys/${target.id}`, body: wanted, undo: { permissions: [] } },
        { permission, call: 'POST /api/v1/keys/import', body: [imported] },
      ];
    });
    const faults: string[] = [];
    for (const { permission, call, body, undo } of attempts) {
      const [method = '', path = ''] = call.split(' ');
      const { status } = await app.call(method, path, { ...by, body });
      grants++;
      if (status < 300 !== mayGrant.includes(permission)) faults.push(`${permission} by ${call}: ${status}`);
      if (status < 300 && undo) await app.call(method, path, { ...by, body: undo });
    }
    expect(faults).toEqual([]);
  });
});

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

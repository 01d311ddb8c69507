import { setTimeout as pause } from 'node:timers/promises';
import { ApiClient } from '../support/api-client.js';
import type { Newcomer } from '../support/first-admin.js';
import type { ServerProcess } from '../support/server-process.js';

/** An administrator who sees everything, and of each kind of thing the id of one. */
export interface Inhabited extends Newcomer {
  readonly ids: Readonly<Record<'id' | 'endpointId' | 'personId' | 'entryId' | 'alertId', string>>;
}

interface UsedKey {
  readonly id: string;
  /** What was asked about it. */
  readonly item: unknown;
}

const PASSWORD = 'Correct-Horse-Battery-9';
const MAKERS = 8;
const BATCH = 100;
const REVOKED = 50;
const ENDPOINTS = 20;
const PEOPLE = 100;

/** Fills a new server for its first administrator: that many keys, each used once, some revoked and used all the same, people and endpoints. */
export async function inhabit(server: ServerProcess, keys: number, admin: Newcomer): Promise<Inhabited> {
  const { email, password: oneTime } = admin;
  const client = await adminClient(server.url, email, oneTime);
  const { id, first } = await makeKeys(client, keys);
  const ids = { id, ...(await makeOthers(client)), ...(await beNoticed(client, first)) };
  return { email, password: PASSWORD, ids };
}

/** Of the first administrator, with a password of their own. */
async function adminClient(url: string, email: string, oneTime: string): Promise<ApiClient> {
  const first = new ApiClient(url);
  const login = async (secret: string) => {
    const { access_token: token } = await first.expect(200, 'POST', '/api/v1/auth/login', { email, password: secret });
    return new ApiClient(url, String(token));
  };
  const change = { current_password: oneTime, new_password: PASSWORD };
  await (await login(oneTime)).expect(200, 'POST', '/api/v1/auth/change-password', change);
  return login(PASSWORD);
}

/** Each is used once. @returns the id of the last one, and the first ones. */
async function makeKeys(client: ApiClient, count: number): Promise<{ id: string; first: UsedKey[] }> {
  const first: UsedKey[] = [];
  let made = 0;
  let last = '';
  const make = async () => {
    while (made < count) {
      const ours = Array.from({ length: Math.min(BATCH, count - made) }, () => ++made);
      const items = [];
      for (const n of ours) {
        const environment = ['production', 'staging', 'development'][n % 3];
        const body = { name: `key ${n}`, environment, tags: [`tag ${n % 50}`] };
        const key = await client.expect(201, 'POST', '/api/v1/keys', body);
        items.push({ key: key['api_key'], ip: `203.0.113.${n % 250}`, user_agent: `worker/${n}` });
        last = String(key['id']);
        if (n <= REVOKED) first.push({ id: last, item: items.at(-1) });
      }
      await client.expect(200, 'POST', '/api/v1/verify/batch', items);
    }
  };
  await Promise.all(Array.from({ length: MAKERS }, make));
  return { id: last, first };
}

/** @returns ids of the last ones. */
async function makeOthers(client: ApiClient): Promise<{ endpointId: string; personId: string }> {
  let [endpointId, personId] = ['', ''];
  for (let n = 0; n < ENDPOINTS; n++) {
    const body = { url: `https://hooks.example.com/${n}`, events: ['user.locked'] };
    endpointId = String((await client.expect(201, 'POST', '/api/v1/webhooks', body))['id']);
  }
  for (let n = 0; n < PEOPLE; n++) {
    const body = { email: `person${n}@example.com`, username: `person_${n}`, role: 'developer' };
    personId = String((await client.expect(201, 'POST', '/api/v1/auth/users', body))['id']);
  }
  return { endpointId, personId };
}

/** Has the keys that were revoked used all the same, and waits until that is an alert. */
async function beNoticed(
  client: ApiClient,
  revoked: readonly UsedKey[],
): Promise<{ entryId: string; alertId: string }> {
  for (const { id: revokedId } of revoked) await client.call('DELETE', `/api/v1/keys/${revokedId}`);
  await client.expect(
    200,
    'POST',
    '/api/v1/verify/batch',
    revoked.map(({ item }) => item),
  );
  const first = async (path: string) => {
    const { items } = await client.expect(200, 'GET', path);
    return (items as { id: string }[])[0]?.id;
  };
  let alertId: string | undefined;
  while ((alertId = await first('/api/v1/anomalies')) === undefined) await pause(500);
  return { alertId, entryId: (await first('/api/v1/logs?action=api_key_used')) ?? '' };
}

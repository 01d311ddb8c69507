import { createHash } from 'node:crypto';
import { type Planted } from './planted.js';
import { type Witness } from './witness.js';

const KEYS = 24;
const IMPORTED = 6;

/** A key that works. */
export interface LiveKey {
  readonly id: string;
  readonly secret: string;
}

/** Keys from their making to their end, each shown in every way a key may be shown. */
export async function liveKeys(witness: Witness, planted: Planted, token: string): Promise<LiveKey[]> {
  const keys: LiveKey[] = [];
  for (let index = 0; index < KEYS; index++) keys.push(await liveKey(witness, planted, token, index));
  keys.push(...(await importKeys(witness, planted, token)));
  for (const { secret } of keys) await use(witness, token, secret);
  for (let index = 0; index < 4; index++) await use(witness, token, planted.freshKey('key that nobody issued'));
  await rotateMany(witness, planted, token);
  const [self, revoked, ...living] = keys;
  await witness.expect(204, 'DELETE', '/api/v1/keys/self', { headers: { 'x-api-key': self?.secret ?? '' } });
  await witness.expect(204, 'DELETE', `/api/v1/keys/${revoked?.id ?? ''}`, { token });
  for (const gone of [self, revoked]) await use(witness, token, gone?.secret ?? '');
  return living;
}

async function liveKey(witness: Witness, planted: Planted, token: string, index: number): Promise<LiveKey> {
  const sealed = index % 3 === 0 ? { secret_meta: { upstream: planted.fresh('secret_meta') } } : {};
  const body = { name: `planted ${index}`, tags: ['planted'], ...sealed };
  const idempotent: Record<string, string> =
    index % 4 === 0 ? { 'idempotency-key': `"${planted.fresh('idempotency key')}"` } : {};
  const creation = { body, token, headers: idempotent, shows: true } as const;
  const made = await witness.expect(201, 'POST', '/api/v1/keys', creation);
  const id = String(made['id']);
  const first = planted.plant('created key', made['api_key']);
  if (index % 4 === 0) await witness.expect(201, 'POST', '/api/v1/keys', creation);
  if (index % 6 === 0) {
    await witness.expect(200, 'GET', `/api/v1/keys/${id}?reveal=secret_meta`, { token, shows: true });
    const secret_meta = { upstream: planted.fresh('secret_meta'), second: [planted.fresh('secret_meta')] };
    await witness.expect(200, 'PUT', `/api/v1/keys/${id}`, { body: { secret_meta }, token });
  }
  if (index % 2 === 1) return { id, secret: first };
  const headers = { 'idempotency-key': `"${planted.fresh('idempotency key')}"` };
  const rotation = { body: { grace_period_hours: 1 }, token, headers, shows: true } as const;
  const rotated = await witness.expect(200, 'POST', `/api/v1/keys/${id}/rotate`, rotation);
  await witness.expect(200, 'POST', `/api/v1/keys/${id}/rotate`, rotation);
  const next = (rotated['new_key'] as Record<string, unknown>)['api_key'];
  return { id, secret: planted.plant('rotated key', next) };
}

async function importKeys(witness: Witness, planted: Planted, token: string): Promise<LiveKey[]> {
  const secrets = Array.from({ length: IMPORTED }, () => planted.freshKey('imported key'));
  const body = secrets.map((secret, index) => ({
    name: `imported ${index}`,
    hash: createHash('sha256').update(secret).digest('hex'),
    algorithm: 'sha256',
  }));
  const { keys } = await witness.expect(201, 'POST', '/api/v1/keys/import', { body, token });
  return (keys as { id: string }[]).map(({ id }, index) => ({ id, secret: secrets[index] ?? '' }));
}

/** In every header a key may be sent in, and to be judged by somebody else. */
async function use(witness: Witness, token: string, secret: string): Promise<void> {
  await witness.call('GET', '/api/v1/verify', { headers: { 'x-api-key': secret } });
  await witness.call('GET', '/protected/test', { headers: { authorization: `ApiKey ${secret}` } });
  await witness.call('DELETE', '/protected/test', { headers: { authorization: `Bearer ${secret}` } });
  await witness.call('POST', '/api/v1/verify', { body: { key: secret, permissions: ['read'] }, token });
}

async function rotateMany(witness: Witness, planted: Planted, token: string): Promise<void> {
  const body = { action: 'rotate', filter: { tag: 'planted' }, dry_run: false };
  const answer = await witness.expect(200, 'POST', '/api/v1/keys/bulk', { body, token, shows: true });
  const secrets = JSON.stringify(answer).match(/akm_live_[0-9A-Za-z]{49}/g) ?? [];
  if (secrets.length === 0) throw new Error('The rotation of many keys shows no secret');
  for (const secret of secrets) planted.plant('key rotated with others', secret);
}

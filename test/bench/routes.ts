import { grouped, type Records } from './load/records.js';
import { RECORD, type RequestTemplate } from './load/request.js';
import type { KeyOwner } from './keys.js';

/** Verifiers need an account. */
interface Owned {
  readonly owner: KeyOwner;
}

/** The ways a key is verified, each as the contract writes it. */
export const byHeader = (path: string): RequestTemplate => ({
  method: 'GET',
  path,
  headers: { 'X-API-Key': RECORD },
});

export const GATEWAY: RequestTemplate = {
  ...byHeader('/api/v1/gateway/auth'),
  headers: { 'X-API-Key': RECORD, 'X-Original-Method': 'GET', 'X-Original-URI': '/orders/1' },
};
export const VERIFY_SELF = byHeader('/api/v1/verify');
export const PROTECTED = byHeader('/api/v1/protected/test');

/** A service that was shown a key; `cost` 0 only looks. */
export function verify({ owner }: Owned, cost = 1): RequestTemplate {
  return {
    method: 'POST',
    path: '/api/v1/verify',
    headers: { Authorization: `Bearer ${owner.client.token ?? ''}` },
    body: `{"key":"${RECORD}","permissions":["read"],"cost":${cost}}`,
  };
}

export const BATCH = 50;

/** The same for many keys; its records are made by `batches`. */
export function verifyBatch(instance: Owned, cost = 1): RequestTemplate {
  const { headers = {} } = verify(instance);
  const path = '/api/v1/verify/batch';
  return { method: 'POST', path, headers, body: `[{"cost":${cost},"key":"${RECORD}"}]` };
}

export function batches(keys: Records, cost = 1): Records {
  return grouped(keys, BATCH, `"},{"cost":${cost},"key":"`);
}

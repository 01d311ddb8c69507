import { createHash } from 'node:crypto';
import { everybody, holders, keys, people, type Rule, type Sending } from './rule.js';

export const PASSWORD = 'SecurePass123!';

const ANOMALIES = 'akm:anomalies:all';
const KEYS = 'akm:keys:all';
const WEBHOOKS = 'akm:webhooks:all';

const readsKeys = holders('readonly', 'akm:keys:read');
const writesKeys = holders('developer', 'akm:keys:write');
const readsWebhooks = holders('readonly', 'akm:webhooks:read');
const writesWebhooks = holders('developer', 'akm:webhooks:write');
const readsAnomalies = holders('readonly', 'akm:anomalies:read');
const judgesAnomalies = holders('developer', 'akm:anomalies:write');
const setsBudget = holders('admin', 'akm:anomalies:all');
const readsOwnLog = holders('readonly', 'akm:logs:read');
const readsLog = holders('admin', 'akm:logs:all');

/** Nobody hands on a permission they do not hold, and this one is held by whoever may make keys. */
const GRANTED = ['akm:keys:write'];
const NEW_WEBHOOK = { url: 'http://127.0.0.1:9/hook', events: ['key.created'] };

/**
 * Who may do what: the specification, written by hand. The test of this folder holds every operation of the server
 * against it, and docs/authorisation.md says the same.
 *
 * A new operation gets a line here and one in the page. The line names the operation as the API description does, who
 * may call it, the status they are answered with and, if there is one, a body that succeeds.
 */
export const POLICY: Readonly<Record<string, Rule>> = {
  // Pages and operations.
  'GET /': { who: everybody, answer: 200 },
  'GET /docs': { who: everybody, answer: 200 },
  'GET /openapi.json': { who: everybody, answer: 200 },
  'GET /openapi.yaml': { who: everybody, answer: 200 },
  'GET /problems/{slug}': { who: everybody, answer: 200 },
  'GET /health': { who: everybody, answer: 200 },
  'GET /healthz': { who: everybody, answer: 200 },
  // From this machine, or with METRICS_TOKEN: see test/e2e/metrics.
  'GET /metrics': { who: everybody, answer: 200 },
  'GET /readyz': { who: everybody, answer: 200 },
  'GET /api/v1/jobs': { who: holders('admin', 'akm:jobs:read'), answer: 200 },

  // One's own account.
  'POST /api/v1/auth/register': { who: everybody, answer: 201, body: newPerson({ password: PASSWORD }) },
  'POST /api/v1/auth/login': { who: everybody, answer: 200, body: { email: 'login@example.org', password: PASSWORD } },
  'POST /api/v1/auth/refresh': { who: everybody, answer: 200, body: refresh },
  'POST /api/v1/auth/logout': { who: people('readonly'), answer: 200, spendsCaller: true },
  'GET /api/v1/auth/me': { who: people('readonly'), answer: 200 },
  'PUT /api/v1/auth/me': { who: people('readonly'), answer: 200, body: {} },
  'POST /api/v1/auth/change-password': { who: people('readonly'), answer: 200, body: changePassword },
  'GET /api/v1/auth/sessions': { who: people('readonly'), answer: 200, lists: 'session', reach: 'own' },
  'DELETE /api/v1/auth/sessions/{id}': { who: people('readonly'), answer: 204, names: 'session', reach: 'own' },

  // The accounts of others.
  'GET /api/v1/auth/users': { who: people('admin'), answer: 200 },
  'POST /api/v1/auth/users': { who: people('admin'), answer: 201, body: newPerson({ role: 'developer' }) },
  'GET /api/v1/auth/users/{id}': { who: people('admin'), answer: 200, names: 'person', reach: 'everybody' },
  'GET /api/v1/auth/users/{id}/sessions': { who: people('admin'), answer: 200, names: 'person', reach: 'everybody' },
  'DELETE /api/v1/auth/users/{id}/sessions/{sid}': {
    who: people('admin'),
    answer: 204,
    names: 'session of a person',
    reach: 'everybody',
  },
  'PUT /api/v1/auth/users/{id}/role': {
    who: people('admin'),
    answer: 200,
    names: 'person',
    reach: 'everybody',
    body: { role: 'readonly' },
  },
  'POST /api/v1/auth/users/{id}/deactivate': {
    who: people('admin'),
    answer: 200,
    names: 'person',
    reach: 'everybody',
  },
  'POST /api/v1/auth/users/{id}/erase': {
    who: people('admin'),
    answer: 202,
    names: 'person who goes',
    reach: 'everybody',
  },
  'GET /api/v1/auth/users/{id}/erasure': {
    who: people('admin'),
    answer: 200,
    names: 'erased person',
    reach: 'everybody',
  },
  'POST /api/v1/auth/users/{id}/activate': { who: people('admin'), answer: 200, names: 'person', reach: 'everybody' },

  // Keys.
  'POST /api/v1/keys': { who: writesKeys, answer: 201, body: { name: 'new', permissions: GRANTED } },
  'GET /api/v1/keys': { who: readsKeys, answer: 200, lists: 'key', reach: KEYS },
  'GET /api/v1/keys?limit=50': { who: readsKeys, answer: 200, lists: 'key', reach: KEYS },
  'GET /api/v1/keys?owner_id={id}': { who: readsKeys, answer: 200, names: 'person', reach: KEYS, beyond: 'FORBIDDEN' },
  'GET /api/v1/keys/{id}': { who: readsKeys, answer: 200, names: 'key', reach: KEYS },
  'GET /api/v1/keys/{id}?reveal=secret_meta': {
    who: readsKeys,
    answer: 200,
    names: 'key',
    reach: KEYS,
    ownerInPerson: true,
  },
  'GET /api/v1/keys/{id}/usage': { who: readsKeys, answer: 200, names: 'key', reach: KEYS },
  'PUT /api/v1/keys/{id}': { who: writesKeys, answer: 200, names: 'key', reach: KEYS, body: { name: 'renamed' } },
  'DELETE /api/v1/keys/{id}': { who: writesKeys, answer: 204, names: 'key', reach: KEYS },
  'POST /api/v1/keys/{id}/disable': { who: writesKeys, answer: 200, names: 'key', reach: KEYS },
  'POST /api/v1/keys/{id}/enable': { who: writesKeys, answer: 200, names: 'disabled key', reach: KEYS },
  'POST /api/v1/keys/{id}/rotate': { who: writesKeys, answer: 200, names: 'key', reach: KEYS, body: {} },
  'POST /api/v1/keys/{id}/rotate/end': { who: writesKeys, answer: 200, names: 'rotating key', reach: KEYS },
  'POST /api/v1/keys/{id}/pickup': {
    who: writesKeys,
    answer: 200,
    names: 'key whose new secret waits',
    reach: KEYS,
  },
  'POST /api/v1/keys/pickup': { who: everybody, answer: 200, body: pickUp },
  'POST /api/v1/keys/bulk (by id)': { who: writesKeys, answer: 200, names: 'key', reach: KEYS, body: bulkOf('ids') },
  'POST /api/v1/keys/bulk (by owner)': {
    who: writesKeys,
    answer: 200,
    names: 'person',
    reach: KEYS,
    beyond: 'FORBIDDEN',
    body: bulkOf('owner_id'),
  },
  'POST /api/v1/keys/import': { who: writesKeys, answer: 201, body: newImport },
  'DELETE /api/v1/keys/self': {
    who: keys(undefined, ['disabled', 'expired', 'revoked']),
    answer: 204,
    spendsCaller: true,
  },

  // Uses of a key.
  'POST /api/v1/verify': {
    who: holders('developer', 'akm:verify'),
    answer: 200,
    names: 'secret of a key',
    reach: 'everybody',
    body: ({ ids }: Sending) => ({ key: ids.id }),
  },
  'POST /api/v1/verify/batch': {
    who: holders('developer', 'akm:verify'),
    answer: 200,
    names: 'secret of a key',
    reach: 'everybody',
    body: ({ ids }: Sending) => [{ key: ids.id }],
  },
  'POST /oauth/introspect': {
    who: holders('developer', 'akm:verify'),
    answer: 200,
    names: 'secret of a key',
    reach: 'everybody',
    body: ({ ids }: Sending) => ({ token: ids.id }),
  },
  'GET /api/v1/verify': { who: keys(), answer: 200 },
  'GET /api/v1/gateway/auth': { who: keys(), answer: 204 },
  'GET /api/v1/protected/test': { who: keys('read'), answer: 200 },
  'POST /api/v1/protected/test': { who: keys('write'), answer: 200 },
  'PUT /api/v1/protected/test': { who: keys('write'), answer: 200 },
  'PATCH /api/v1/protected/test': { who: keys('write'), answer: 200 },
  'DELETE /api/v1/protected/test': { who: keys('delete'), answer: 200 },

  // The log.
  'GET /api/v1/logs': { who: readsLog, answer: 200 },
  'GET /api/v1/logs?action=api_key_created': { who: readsLog, answer: 200, lists: 'key', reach: 'everybody' },
  'GET /api/v1/logs?api_key_id={id}': { who: readsLog, answer: 200, names: 'key', reach: 'everybody' },
  'GET /api/v1/logs?user_id={id}': { who: readsLog, answer: 200, names: 'person', reach: 'everybody' },
  'GET /api/v1/logs/my-keys': { who: readsOwnLog, answer: 200 },
  'GET /api/v1/logs/my-keys?action=api_key_created': { who: readsOwnLog, answer: 200, lists: 'key', reach: 'own' },
  'GET /api/v1/logs/my-keys?api_key_id={id}': {
    who: readsOwnLog,
    answer: 200,
    names: 'key',
    reach: 'own',
    beyond: 'NOT_FOUND',
  },
  'GET /api/v1/logs/my-keys?user_id={id}': { who: readsOwnLog, answer: 200, names: 'person', reach: 'own' },
  'GET /api/v1/logs/stats': { who: readsLog, answer: 200 },
  'GET /api/v1/logs/export/csv': { who: readsLog, answer: 200, lists: 'key', reach: 'everybody' },
  'GET /api/v1/logs/export/csv?api_key_id={id}': { who: readsLog, answer: 200, names: 'key', reach: 'everybody' },
  'GET /api/v1/logs/verify': { who: readsLog, answer: 200 },
  'GET /api/v1/logs/checkpoint': { who: readsLog, answer: 200 },
  'GET /api/v1/logs/consistency': { who: readsLog, answer: 200 },
  'GET /api/v1/logs/{id}/proof': { who: readsLog, answer: 200, names: 'entry of the log', reach: 'everybody' },
  'GET /api/v1/logs/export/json': { who: readsLog, answer: 200, lists: 'key', reach: 'everybody' },

  // What was noticed about keys.
  'GET /api/v1/anomalies': { who: readsAnomalies, answer: 200, lists: 'anomaly', reach: ANOMALIES },
  'GET /api/v1/anomalies?limit=50': { who: readsAnomalies, answer: 200, lists: 'anomaly', reach: ANOMALIES },
  'GET /api/v1/anomalies?api_key_id={id}': { who: readsAnomalies, answer: 200, names: 'key', reach: ANOMALIES },
  'GET /api/v1/anomalies/budget': { who: setsBudget, answer: 200 },
  'PUT /api/v1/anomalies/budget': { who: setsBudget, answer: 200, body: { budget: 2 } },
  'GET /api/v1/anomalies/responses': { who: setsBudget, answer: 200 },
  'PUT /api/v1/anomalies/responses': { who: setsBudget, answer: 200, body: { mode: 'off' } },
  'GET /api/v1/anomalies/{id}': { who: readsAnomalies, answer: 200, names: 'anomaly', reach: ANOMALIES },
  'POST /api/v1/anomalies/{id}/resolve': { who: judgesAnomalies, answer: 200, names: 'anomaly', reach: ANOMALIES },
  'POST /api/v1/anomalies/{id}/mute': {
    who: judgesAnomalies,
    answer: 200,
    names: 'anomaly',
    reach: ANOMALIES,
    body: {},
  },
  'POST /api/v1/anomalies/{id}/confirm': { who: judgesAnomalies, answer: 200, names: 'anomaly', reach: ANOMALIES },
  'POST /api/v1/anomalies/{id}/undo': { who: writesKeys, answer: 200, names: 'suspension', reach: KEYS },

  // What the record tells.
  'GET /api/v1/insights': { who: readsKeys, answer: 200 },
  'GET /api/v1/insights?kind=unrestricted&limit=100': { who: readsKeys, answer: 200, lists: 'key', reach: KEYS },
  'GET /api/v1/insights?owner_id={id}': {
    who: readsKeys,
    answer: 200,
    names: 'person',
    reach: KEYS,
    beyond: 'FORBIDDEN',
  },
  'GET /api/v1/requests/{request_id}/explain?at={at}': {
    who: readsOwnLog,
    answer: 200,
    names: 'request with a key',
    reach: 'akm:logs:all',
  },

  // Webhooks.
  'POST /api/v1/webhooks': { who: writesWebhooks, answer: 201, body: NEW_WEBHOOK },
  'GET /api/v1/webhooks': { who: readsWebhooks, answer: 200, lists: 'webhook', reach: WEBHOOKS },
  'GET /api/v1/webhooks/{id}': { who: readsWebhooks, answer: 200, names: 'webhook', reach: WEBHOOKS },
  'PUT /api/v1/webhooks/{id}': {
    who: writesWebhooks,
    answer: 200,
    names: 'webhook',
    reach: WEBHOOKS,
    body: { events: ['key.revoked'] },
  },
  'DELETE /api/v1/webhooks/{id}': { who: writesWebhooks, answer: 204, names: 'webhook', reach: WEBHOOKS },
  'POST /api/v1/webhooks/{id}/secret': {
    who: writesWebhooks,
    answer: 200,
    names: 'webhook',
    reach: WEBHOOKS,
    body: {},
  },
  'POST /api/v1/webhooks/{id}/test': { who: writesWebhooks, answer: 200, names: 'webhook', reach: WEBHOOKS },
  'GET /api/v1/webhooks/{id}/deliveries': { who: readsWebhooks, answer: 200, names: 'webhook', reach: WEBHOOKS },
  'POST /api/v1/webhooks/{id}/deliveries/{did}/replay': {
    who: writesWebhooks,
    answer: 200,
    names: 'delivery',
    reach: WEBHOOKS,
  },
};

function newPerson(more: object) {
  return ({ unique }: Sending) => ({ email: `new${unique}@example.org`, username: `new_${unique}`, ...more });
}

async function refresh({ refreshToken }: Sending) {
  return { refresh_token: await refreshToken() };
}

async function pickUp({ pickUpToken }: Sending) {
  return { token: await pickUpToken() };
}

function changePassword({ unique }: Sending) {
  return { current_password: PASSWORD, new_password: `Another-Pass-${unique}` };
}

function bulkOf(field: 'ids' | 'owner_id') {
  return ({ ids: { id } }: Sending) => ({
    action: 'disable',
    dry_run: field === 'owner_id',
    filter: { [field]: field === 'ids' ? [id] : id },
  });
}

function newImport({ unique }: Sending) {
  const hash = createHash('sha256').update(unique).digest('hex');
  return [{ name: 'imported', permissions: GRANTED, hash, algorithm: 'sha256' }];
}

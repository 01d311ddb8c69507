import type { UsageEvent } from './usage-event.js';

/**
 * An event as it stands in the spool. The names are the columns of the statement that stores it (see store-batch.sql.ts)
 * and the members of its leaf (see event-leaves.ts), so that nobody has to parse it on the way.
 *
 * What was asked for is no part of the leaf. The few events that say it have their members in another order, by which
 * whoever computes leaves, of any version, knows to look for what is theirs.
 */
export function usageJson(id: string, event: UsageEvent): string {
  const { at, keyId, secretId, ownerId, outcome, latencyUs, requestId, ip, userAgent, method, endpoint, asked } = event;
  if (asked !== null) return askingJson(id, event, asked);
  // Written out, because JSON.stringify takes twice as long as everything else that is done for a record.
  return (
    `{"id":"${id}","at":${at},"key":${uuid(keyId)},"secret":${uuid(secretId)},"owner":${uuid(ownerId)},` +
    `"outcome":"${outcome}","us":${latencyUs},"request":${quoted(requestId)},"ip":${quoted(ip)},` +
    `"agent":${quoted(userAgent)},"method":${quoted(method)},"path":${quoted(endpoint)}}`
  );
}

function askingJson(id: string, event: UsageEvent, asked: readonly string[]): string {
  const { at, keyId: key, secretId: secret, ownerId: owner, outcome, latencyUs: us } = event;
  const { requestId: request, ip, userAgent: agent, method, endpoint: path } = event;
  return JSON.stringify({ id, at, key, secret, owner, outcome, us, request, method, path, asked, ip, agent }, storable);
}

function storable(_: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replace(UNSTORABLE, '\ufffd') : value;
}

function uuid(id: string | null): string {
  return id === null ? 'null' : `"${id}"`;
}

function quoted(text: string | null): string {
  if (text === null) return 'null';
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text.replace(UNSTORABLE, '\ufffd'));
}

/** What JSON leaves as it is: printable ASCII without quotes and backslashes. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** PostgreSQL stores neither NUL nor half a surrogate pair, and one event it refuses would hold up all others. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

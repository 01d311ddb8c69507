import type { BucketReading } from '#domain';
import { type Verification, type VerifiedKey, WrittenOnce } from '#guards';
import { type JsonText, jsonText } from '../../http/exchange.js';

/**
 * A verification in the form of the contract (see VerdictDto), as JSON. Written out by hand: `JSON.stringify` needs 3 µs
 * for it, which is a third of the whole verification. What an owner has chosen goes through it all the same, once a key;
 * ids, codes and numbers have no character that JSON would escape.
 */
export function verdictJson(verification: Verification, requestId: string): JsonText {
  const { code, key, credits, limits, retryAfterMs } = verification;
  const ofKey = key ? keyJson(key) : NO_KEY;
  const text =
    `{"valid":${code === 'VALID'},"code":"${code}",${ofKey.text},` +
    `"credits":${credits ? JSON.stringify(credits) : 'null'},"rate_limit":[${limitsJson(limits)}],` +
    `"retry_after":${seconds(retryAfterMs)},"request_id":"${requestId}"}`;
  return { text, isAscii: ofKey.isAscii };
}

/**
 * What is the same at every use of a key, kept on the key itself, as long as the key is held. A WeakMap would do the same
 * and would have to be gone through at each collection of garbage.
 */
const WRITTEN = Symbol('key as JSON');

function keyJson(key: VerifiedKey & { [WRITTEN]?: JsonText }): JsonText {
  return (key[WRITTEN] ??= jsonText(writeKey(key)));
}

function writeKey({ id, name, ownerId, externalId, permissions, environment, expiresAt, meta }: VerifiedKey): string {
  return (
    `"key_id":"${id}","name":${JSON.stringify(name)},"owner_id":"${ownerId}",` +
    `"external_id":${JSON.stringify(externalId)},"permissions":${JSON.stringify(permissions)},` +
    `"environment":"${environment}",` +
    `"expires_at":${expiresAt === null ? 'null' : `"${new Date(expiresAt).toISOString()}"`},` +
    `"meta":${meta ? JSON.stringify(meta) : 'null'}`
  );
}

const NO_KEY = jsonText(
  '"key_id":null,"name":null,"owner_id":null,"external_id":null,"permissions":[],"environment":null,' +
    '"expires_at":null,"meta":null',
);

function limitsJson(limits: readonly BucketReading[]): string {
  const starts = STARTS.of(limits);
  let text = '';
  for (let at = 0; at < limits.length; at++) {
    text += `${starts[at] ?? ''}${limits[at]?.remaining ?? 0},"reset":${seconds(limits[at]?.resetMs ?? 0)}}`;
  }
  return text;
}

/** Of each limit, what stands before the number of tokens left. */
const STARTS = new WrittenOnce((limits) =>
  limits.map(
    ({ name, limit, periodMs }, at) =>
      `${at === 0 ? '' : ','}{"policy":"${name}","limit":${limit},"window":${seconds(periodMs)},"remaining":`,
  ),
);

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}

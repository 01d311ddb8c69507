import type { BucketReading } from '#domain';
import type { Verification, VerifiedKey } from '#guards';

/**
 * A verification in the form of the contract (see VerdictDto), as JSON. Written out by hand: `JSON.stringify` needs 3 µs
 * for it, which is a third of the whole verification. What an owner has chosen goes through it all the same; ids, codes
 * and numbers have no character that JSON would escape.
 */
export function verdictJson({ code, key, credits, limits, retryAfterMs }: Verification, requestId: string): string {
  return (
    `{"valid":${code === 'VALID'},"code":"${code}",${key ? keyJson(key) : NO_KEY},` +
    `"credits":${credits ? JSON.stringify(credits) : 'null'},"rate_limit":[${limits.map(limitJson).join(',')}],` +
    `"retry_after":${seconds(retryAfterMs)},"request_id":"${requestId}"}`
  );
}

function keyJson({ id, name, ownerId, externalId, permissions, environment, expiresAt, meta }: VerifiedKey): string {
  return (
    `"key_id":"${id}","name":${JSON.stringify(name)},"owner_id":"${ownerId}",` +
    `"external_id":${JSON.stringify(externalId)},"permissions":${JSON.stringify(permissions)},` +
    `"environment":"${environment}",` +
    `"expires_at":${expiresAt === null ? 'null' : `"${new Date(expiresAt).toISOString()}"`},` +
    `"meta":${meta ? JSON.stringify(meta) : 'null'}`
  );
}

const NO_KEY =
  '"key_id":null,"name":null,"owner_id":null,"external_id":null,"permissions":[],"environment":null,' +
  '"expires_at":null,"meta":null';

function limitJson({ name, limit, periodMs, remaining, resetMs }: BucketReading): string {
  return (
    `{"policy":"${name}","limit":${limit},"window":${seconds(periodMs)},"remaining":${remaining},` +
    `"reset":${seconds(resetMs)}}`
  );
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}

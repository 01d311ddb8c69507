import type { KeyAttempt } from '#guards';
import { ItemsPipe } from '../../http/items.pipe.js';
import { validationPipe } from '../../http/validation.pipe.js';
import { type NowOrLater } from './now-or-later.js';
import { permissionQueryOf } from './permission-query.validator.js';
import { isPlainlyGood } from './plainly-good.js';
import { VerifyDto } from './verify.dto.js';

/** As many as one call may ask about. */
export const BATCH_MAX = 100;

const one = validationPipe();
const many = new ItemsPipe(VerifyDto, BATCH_MAX);

/**
 * At once, if there is plainly nothing wrong with it.
 * @throws Problem VALIDATION_FAILED, with every bad field, by rejecting.
 */
export function readVerifyBody(body: unknown): NowOrLater<VerifyDto> {
  return isPlainlyGood(body)
    ? body
    : (one.transform(body, { type: 'body', metatype: VerifyDto }) as Promise<VerifyDto>);
}

/** The same for a list; every bad field of every item is named. */
export function readBatchBody(body: unknown): NowOrLater<VerifyDto[]> {
  const isGood = Array.isArray(body) && body.length > 0 && body.length <= BATCH_MAX && body.every(isPlainlyGood);
  return isGood ? body : many.transform(body);
}

/** What a caller asks about somebody else's use of a key. The caller is known, so nobody is limited for guessing. */
export function attemptOf(body: VerifyDto, requestId: string, method: string, endpoint: string): KeyAttempt {
  return {
    presented: body.key,
    required: permissionQueryOf(body.permissions),
    environment: body.environment ?? undefined,
    service: body.service ?? undefined,
    ip: body.ip,
    userAgent: body.user_agent,
    cost: body.cost ?? 1,
    requestId,
    method,
    endpoint,
  };
}

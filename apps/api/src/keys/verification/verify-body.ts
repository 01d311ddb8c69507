import type { KeyAttempt } from '#guards';
import { ItemsPipe } from '../../http/items.pipe.js';
import { validationPipe } from '../../http/validation.pipe.js';
import { permissionQueryOf } from './permission-query.validator.js';
import { VerifyDto } from './verify.dto.js';

/** As many as one call may ask about. */
export const BATCH_MAX = 100;

const one = validationPipe();
const many = new ItemsPipe(VerifyDto, BATCH_MAX);

/** @throws Problem VALIDATION_FAILED, with every bad field. */
export async function readVerifyBody(body: unknown): Promise<VerifyDto> {
  return (await one.transform(body, { type: 'body', metatype: VerifyDto })) as VerifyDto;
}

/** @throws Problem VALIDATION_FAILED, with every bad field of every item. */
export function readBatchBody(body: unknown): Promise<VerifyDto[]> {
  return many.transform(body);
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

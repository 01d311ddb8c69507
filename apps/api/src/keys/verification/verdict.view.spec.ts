import {
  constantFrom,
  array,
  assert,
  dictionary,
  integer,
  jsonValue,
  option,
  property,
  record,
  string,
} from 'fast-check';
import { KEY_ENVIRONMENTS, VERDICT_CODES } from '#domain';
import type { Verification } from '#guards';
import { verdictJson } from './verdict.view.js';
import type { VerdictDto } from './verify.dto.js';

const ID = '0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f';
const count = integer({ min: 0, max: 1_000_000 });
const text = string({ unit: 'binary', maxLength: 40 });

const verification = record({
  code: constantFrom(...VERDICT_CODES),
  key: option(
    record({
      id: constantFrom(ID),
      name: text,
      ownerId: constantFrom(ID),
      externalId: option(text),
      permissions: array(text, { maxLength: 4 }),
      environment: constantFrom(...KEY_ENVIRONMENTS),
      expiresAt: option(integer({ min: 0, max: 4e12 })),
      meta: option(dictionary(text, jsonValue())),
    }),
  ),
  credits: option(
    record({
      remaining: count,
      refill: option(record({ amount: count, interval: constantFrom('daily' as const, 'monthly' as const) })),
    }),
  ),
  limits: array(
    record({ name: constantFrom('minute', 'hour'), limit: count, periodMs: count, remaining: count, resetMs: count }),
    { maxLength: 3 },
  ),
  retryAfterMs: count,
});

/** The same, left to JSON.stringify. */
function plainly({ code, key, credits, limits, retryAfterMs }: Verification): VerdictDto {
  return {
    valid: code === 'VALID',
    code,
    key_id: key?.id ?? null,
    name: key?.name ?? null,
    owner_id: key?.ownerId ?? null,
    external_id: key?.externalId ?? null,
    permissions: [...(key?.permissions ?? [])],
    environment: key?.environment ?? null,
    expires_at: typeof key?.expiresAt === 'number' ? new Date(key.expiresAt).toISOString() : null,
    meta: key?.meta ?? null,
    credits,
    rate_limit: limits.map(({ name, limit, periodMs, remaining, resetMs }) => ({
      policy: name,
      limit,
      window: Math.ceil(periodMs / 1000),
      remaining,
      reset: Math.ceil(resetMs / 1000),
    })),
    retry_after: Math.ceil(retryAfterMs / 1000),
    request_id: ID,
  };
}

it('writes every verification as JSON.stringify would, whatever its owner has called the key', () => {
  assert(
    property(verification, (some) => {
      const expected = JSON.stringify(plainly(some));
      const isAscii = Buffer.byteLength(expected) === expected.length;
      for (const time of ['first', 'next'])
        expect([time, verdictJson(some, ID)]).toEqual([time, { text: expected, isAscii }]);
    }),
  );
});

import { type Attempt, digestOf } from '#domain';
import type { KeyAttempt, Verification } from '#guards';
import { canonicalAddress, endpointText, userAgentText } from '../../http/request-origin.js';
import type { UsageEvent } from '../../usage/usage-event.js';
import { parseAddress } from '../address-range.js';
import type { KnownKey } from './known-key.js';
import type { Found } from './presented-keys.js';
import type { VerificationRoute } from './verification-counts.js';

/** One use of a key as it was heard: one spelling of every address, and texts that are fit to be stored, whoever asks. */
export interface KeyUse {
  readonly asked: KeyAttempt;
  readonly via: VerificationRoute;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly endpoint: string;
  /** By the monotonic clock. */
  readonly startedAt: number;
}

export function keyUseOf(asked: KeyAttempt, via: VerificationRoute, startedAt: number): KeyUse {
  return {
    asked,
    via,
    ip: canonicalAddress(asked.ip),
    userAgent: userAgentText(asked.userAgent),
    endpoint: endpointText(asked.endpoint),
    startedAt,
  };
}

/** What the verdict is given on. The address is read only for a key that asks for it. */
export function attemptOf({ asked, ip, userAgent }: KeyUse, found: Found): Attempt {
  const isKnown = typeof found !== 'string';
  return {
    presented: isKnown || found === 'unknown' ? 'well_formed' : found,
    environment: asked.environment,
    service: asked.service,
    address: isKnown && ip !== null && found.facts.allowedRanges.length > 0 ? parseAddress(ip) : undefined,
    userAgent: userAgent ?? undefined,
    required: asked.required,
    cost: asked.cost,
  };
}

/** What the use leaves behind. */
export function usageEventOf(
  use: KeyUse,
  known: KnownKey | undefined,
  { code }: Verification,
  asked: readonly string[] | null,
  now: number,
): UsageEvent {
  // Made for a canary, too, and not needed: the time it takes would tell.
  const standIn = code === 'NOT_FOUND' ? standInFor(use.asked.presented) : null;
  return {
    at: now,
    keyId: known?.key.id ?? null,
    secretId: known?.secretId ?? standIn,
    ownerId: known?.key.ownerId ?? null,
    outcome: code,
    latencyUs: Math.round((performance.now() - use.startedAt) * 1000),
    requestId: use.asked.requestId,
    ip: use.ip,
    userAgent: use.userAgent,
    method: use.asked.method,
    endpoint: use.endpoint,
    asked,
  };
}

/**
 * Tells different unknown keys apart, from which somebody who tries out many can be told from a client that has one wrong
 * key: a UUID of version 8 with 32 bits of the digest, which nobody can guess the key by.
 */
function standInFor(presented: string | null): string | null {
  return presented === null ? null : `${digestOf(presented).toString('hex', 0, 4)}-0000-8000-8000-000000000000`;
}

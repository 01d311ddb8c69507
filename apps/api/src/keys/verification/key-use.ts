import type { Attempt } from '#domain';
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
  now: number,
): UsageEvent {
  return {
    at: now,
    keyId: known?.key.id ?? null,
    secretId: known?.secretId ?? null,
    ownerId: known?.key.ownerId ?? null,
    outcome: code,
    latencyUs: Math.round((performance.now() - use.startedAt) * 1000),
    requestId: use.asked.requestId,
    ip: use.ip,
    userAgent: use.userAgent,
    method: use.asked.method,
    endpoint: use.endpoint,
  };
}

import type { ActivityWindow, KeyActivity, Tally } from '../usage/key-activity.js';
import type { ApiKeySecret } from './api-key-secret.entity.js';
import {
  type KeyUsageDto,
  type SecretUsageDto,
  USAGE_SECRETS_MAX,
  type UsagePointDto,
  type UsageStep,
} from './key-usage.dto.js';

export interface UsageReport {
  readonly keyId: string;
  readonly step: UsageStep;
  readonly window: ActivityWindow;
  /** Every secret of the key, newest first. */
  readonly secrets: readonly ApiKeySecret[];
  readonly activity: KeyActivity;
}

/** @param now milliseconds since the epoch: which secrets still work. */
export function keyUsageDto({ keyId, step, window, secrets, activity }: UsageReport, now: number): KeyUsageDto {
  const { outcomes, latency, addresses, agents } = activity;
  return {
    key_id: keyId,
    from: window.from,
    to: window.to,
    step,
    ...sumOf(activity.steps),
    outcomes: Object.fromEntries(outcomes.map(({ outcome, count }) => [outcome, count])),
    latency_ms: { p50: milliseconds(latency.p50), p95: milliseconds(latency.p95), p99: milliseconds(latency.p99) },
    addresses_seen: addresses.distinct,
    addresses: addresses.top.map(({ value, ...seen }) => ({ ip_address: value, ...timed(seen) })),
    agents_seen: agents.distinct,
    agents: agents.top.map(({ value, ...seen }) => ({ user_agent: value, ...timed(seen) })),
    secrets: secretsOf(secrets, activity.secrets, now),
    series: seriesOf(window, activity.steps),
  };
}

function sumOf(tallies: readonly Tally[]): Tally {
  const sum = (of: keyof Tally) => tallies.reduce((total, tally) => total + tally[of], 0);
  return { admitted: sum('admitted'), refused: sum('refused') };
}

function milliseconds(microseconds: number | null): number | null {
  return microseconds === null ? null : microseconds / 1000;
}

function timed({ count, last_seen_at }: { count: number; last_seen_at: number }) {
  return { count, last_seen_at: new Date(last_seen_at) };
}

function secretsOf(secrets: readonly ApiKeySecret[], activity: KeyActivity['secrets'], now: number): SecretUsageDto[] {
  const uses = new Map(activity.map((use) => [use.secret_id, use]));
  return secrets
    .filter((secret) => uses.has(secret.id) || stateOf(secret, now) !== 'retired')
    .slice(0, USAGE_SECRETS_MAX)
    .map((secret) => {
      const { admitted = 0, refused = 0, last_used_at: usedAt = null } = uses.get(secret.id) ?? {};
      return {
        version: secret.version,
        key_prefix: secret.display,
        state: stateOf(secret, now),
        admitted,
        refused,
        last_used_at: usedAt === null ? null : new Date(usedAt),
      };
    });
}

function stateOf({ retiredAt }: ApiKeySecret, now: number): SecretUsageDto['state'] {
  if (retiredAt === null) return 'current';
  return retiredAt.getTime() > now ? 'retiring' : 'retired';
}

/** With the steps in which nothing happened. */
function seriesOf({ from, to, stepMs }: ActivityWindow, steps: KeyActivity['steps']): UsagePointDto[] {
  const tallies = new Map(steps.map(({ step, admitted, refused }) => [step, { admitted, refused }]));
  const first = Math.floor(from.getTime() / stepMs);
  const count = Math.floor(to.getTime() / stepMs) - first + 1;
  return Array.from({ length: count }, (_, n) => ({
    at: new Date((first + n) * stepMs),
    ...(tallies.get(first + n) ?? { admitted: 0, refused: 0 }),
  }));
}

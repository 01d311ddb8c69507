import type { VerdictCode } from '#domain';
import type { ActivityCount, ActivityWindow, KeyActivity } from '../usage/key-activity.js';
import type { ApiKeySecret } from './api-key-secret.entity.js';
import {
  type KeyUsageDto,
  type SecretTallyDto,
  type SecretUsageDto,
  USAGE_SECRETS_MAX,
  type UsagePointDto,
  type UsageStep,
  type UsageTallyDto,
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
export function keyUsageDto(report: UsageReport, now: number): KeyUsageDto {
  const { keyId, step, window, activity } = report;
  const { counts, described, latency, addresses, agents } = activity;
  return {
    key_id: keyId,
    from: window.from,
    to: window.to,
    step,
    ...tallyOf(counts),
    outcomes: outcomesOf(counts),
    described,
    latency_ms: { p50: milliseconds(latency.p50), p95: milliseconds(latency.p95), p99: milliseconds(latency.p99) },
    addresses_seen: addresses.distinct,
    addresses: addresses.top.map(({ value, ...seen }) => ({ ip_address: value, ...timed(seen) })),
    agents_seen: agents.distinct,
    agents: agents.top.map(({ value, ...seen }) => ({ user_agent: value, ...timed(seen) })),
    secrets: secretsOf(report, now),
    series: seriesOf(report),
  };
}

function tallyOf(counts: readonly ActivityCount[]): UsageTallyDto {
  const admitted = sumOf(counts.filter(({ outcome }) => outcome === 'VALID'));
  return { admitted, refused: sumOf(counts) - admitted };
}

/** The most frequent first. */
function outcomesOf(counts: readonly ActivityCount[]): Partial<Record<VerdictCode, number>> {
  const sums = [...grouped(counts, ({ outcome }) => outcome)].map(([outcome, some]) => [outcome, sumOf(some)] as const);
  return Object.fromEntries(sums.sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));
}

function sumOf(counts: readonly ActivityCount[]): number {
  return counts.reduce((sum, { uses }) => sum + uses, 0);
}

function grouped<Name>(
  counts: readonly ActivityCount[],
  nameOf: (count: ActivityCount) => Name,
): Map<Name, ActivityCount[]> {
  const groups = new Map<Name, ActivityCount[]>();
  for (const count of counts) {
    const group = groups.get(nameOf(count));
    if (group) group.push(count);
    else groups.set(nameOf(count), [count]);
  }
  return groups;
}

function milliseconds(microseconds: number | null): number | null {
  return microseconds === null ? null : microseconds / 1000;
}

function timed({ count, last_seen_at }: { count: number; last_seen_at: number }) {
  return { count, last_seen_at: new Date(last_seen_at) };
}

function secretsOf({ secrets, activity }: UsageReport, now: number): SecretUsageDto[] {
  const uses = grouped(activity.counts, ({ secret_id: id }) => id);
  const lastUses = new Map(activity.lastUses.map(({ secret_id: id, at }) => [id, at]));
  return secrets
    .filter((secret) => uses.has(secret.id) || stateOf(secret, now) !== 'retired')
    .slice(0, USAGE_SECRETS_MAX)
    .map((secret) => {
      const usedAt = lastUses.get(secret.id) ?? null;
      return {
        version: secret.version,
        key_prefix: secret.display,
        state: stateOf(secret, now),
        ...tallyOf(uses.get(secret.id) ?? []),
        last_used_at: usedAt === null ? null : new Date(usedAt),
      };
    });
}

function stateOf({ retiredAt }: ApiKeySecret, now: number): SecretUsageDto['state'] {
  if (retiredAt === null) return 'current';
  return retiredAt.getTime() > now ? 'retiring' : 'retired';
}

/** With the steps in which nothing happened. */
function seriesOf({ window: { from, to, stepMs }, activity, secrets }: UsageReport): UsagePointDto[] {
  const steps = grouped(activity.counts, ({ step }) => step);
  const first = Math.floor(from.getTime() / stepMs);
  const count = Math.floor(to.getTime() / stepMs) - first + 1;
  return Array.from({ length: count }, (_, n) => {
    const counts = steps.get(first + n) ?? [];
    return {
      at: new Date((first + n) * stepMs),
      ...tallyOf(counts),
      outcomes: outcomesOf(counts),
      secrets: secretTalliesOf(counts, secrets),
    };
  });
}

function secretTalliesOf(counts: readonly ActivityCount[], secrets: readonly ApiKeySecret[]): SecretTallyDto[] {
  if (counts.length === 0) return [];
  const uses = grouped(counts, ({ secret_id: id }) => id);
  return secrets
    .flatMap(({ id, version }) => {
      const some = uses.get(id);
      return some ? [{ version, ...tallyOf(some) }] : [];
    })
    .slice(0, USAGE_SECRETS_MAX);
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { driftOf } from '#domain';
import type { Principal } from '../../access/principal.js';
import { ROLE_SCOPES } from '../../access/role.js';
import { type JobResult, workThrough } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { KeyInsights } from '../key-insights.js';
import { DigestStore } from './digest-store.js';
import { DIGEST_LIST_MAX, type DriftingKeyDto, type InsightDigestDto } from './insight-digest.dto.js';
import { type WeeklyFacts, weeklyFacts } from './weekly-facts.js';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** A Monday. */
const MONDAY = Date.UTC(1970, 0, 5);
const KEPT_WEEKS = 26;

/**
 * Tells everybody once a week what alerts nobody and is worth a look: in the first run after the end of the week. A week
 * in which no server ran is told late, an earlier one not at all.
 */
@Injectable()
export class WeeklyDigestJob implements OnModuleInit {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: Jobs,
    private readonly store: DigestStore,
    private readonly insights: KeyInsights,
  ) {}

  onModuleInit(): void {
    this.jobs.add({ name: 'weekly_digest', everyMs: DAY_MS / 24, run: (now) => this.run(now) });
  }

  private async run(now: number): Promise<JobResult> {
    const monday = MONDAY + Math.floor((now - MONDAY) / WEEK_MS - 1) * WEEK_MS;
    await this.store.forget(dayOf(monday - KEPT_WEEKS * WEEK_MS));
    return workThrough<{ owner_id: string }>({
      read: (limit, except) => this.store.due(dayOf(monday), limit, except),
      idOf: ({ owner_id: id }) => id,
      nameOf: ({ owner_id: id }) => `digest of ${id}`,
      settle: ({ owner_id: id }) => this.tell(id, new Date(monday), now),
    });
  }

  private async tell(ownerId: string, monday: Date, now: number): Promise<boolean> {
    const facts = await weeklyFacts(this.dataSource, ownerId, monday, DIGEST_LIST_MAX);
    const { recommendation_counts: advice } = await this.insights.of(readerOf(ownerId), { limit: 1 });
    const digest = digestOf(facts, dayOf(monday.getTime()));
    const counts = advice.flatMap(({ kind, count }) => (count > 0 ? [{ kind, count }] : []));
    const all = { ...digest, advice: counts };
    const isWorthTelling = Object.values(all).some((part) => Array.isArray(part) && part.length > 0);
    return this.store.keep(ownerId, all, isWorthTelling, now);
  }
}

function digestOf({ weeks, silent, evidence, alerts }: WeeklyFacts, week: string): Omit<InsightDigestDto, 'advice'> {
  const silentKeys = (isUnused: boolean) =>
    silent.flatMap(({ is_unused, ...key }) => (is_unused === isUnused ? [key] : []));
  return {
    week,
    drifting: weeks.flatMap(drifting).sort(byChange).slice(0, DIGEST_LIST_MAX),
    dormant: silentKeys(false),
    unused: silentKeys(true),
    evidence: evidence.map(({ score, ...rest }) => ({ ...rest, score: rounded(score) })),
    alerts: [...alerts],
  };
}

function drifting({ uses: weeks, ...key }: WeeklyFacts['weeks'][number]): DriftingKeyDto[] {
  const drift = driftOf(weeks);
  return drift ? [{ ...key, ...drift, times: rounded(drift.times) }] : [];
}

/** Ten times as much is as much of a change as a tenth. */
function byChange(one: DriftingKeyDto, other: DriftingKeyDto): number {
  return Math.abs(Math.log(other.times || 0.001)) - Math.abs(Math.log(one.times || 0.001));
}

function readerOf(userId: string): Principal {
  return { kind: 'person', userId, sessionId: userId, role: 'readonly', scopes: ROLE_SCOPES.readonly };
}

function dayOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

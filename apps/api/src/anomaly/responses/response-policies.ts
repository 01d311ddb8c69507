import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { BREAKER_MS, Clock, isUntried, type Reaction, type ResponsePolicy, responsesAnHour } from '#domain';
import { problem } from '#problems';
import type { Principal } from '../../access/principal.js';
import { AuditLog } from '../../audit/audit-log.js';
import { inTransaction } from '../../database/transaction.js';
import type { RequestOrigin } from '../../http/request-origin.js';
import type { ActionTaken } from './action-taken.js';
import { usableAt } from './key-circumstances.js';
import { ResponsePolicyRow } from './response-policy.entity.js';

const ONE = { id: 1 };

/** What is switched on, and what came of it since it is. */
export interface PolicyReport {
  readonly policy: ResponsePolicy;
  readonly modeSince: Date | null;
  /** How many keys may be answered in an hour. */
  readonly hourly: number;
  readonly trippedAt: Date | null;
  readonly counts: Readonly<Partial<Record<ActionTaken, number>>>;
}

/** What an admin asks for; what is absent stays as it is. */
export interface PolicyWish {
  readonly mode?: ResponsePolicy['mode'] | undefined;
  readonly medium?: Exclude<Reaction, 'suspend'> | undefined;
  readonly high?: Reaction | undefined;
  readonly critical?: Reaction | undefined;
  readonly suspendsLastKey?: boolean | undefined;
}

/** What is done about alerts: what admins have switched on, and the circuit breaker that holds it back. */
@Injectable()
export class ResponsePolicies {
  constructor(
    private readonly dataSource: DataSource,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  async read(manager: EntityManager): Promise<ResponsePolicy> {
    return policyOf(await manager.findOneByOrFail(ResponsePolicyRow, ONE));
  }

  async report(): Promise<PolicyReport> {
    const { manager } = this.dataSource;
    const row = await manager.findOneByOrFail(ResponsePolicyRow, ONE);
    const now = new Date(this.clock.now());
    const [{ keys } = { keys: 0 }] = await manager.query<{ keys: number }[]>(KEYS, [now]);
    const counts = await manager.query<{ action: ActionTaken; count: number }[]>(COUNTS, [row.modeSince]);
    return {
      policy: policyOf(row),
      modeSince: row.modeSince,
      hourly: responsesAnHour(keys),
      trippedAt: row.trippedAt,
      counts: Object.fromEntries(counts.map(({ action, count }) => [action, count])),
    };
  }

  /** @throws Problem VALIDATION_FAILED for what would act without a dry run of the same before. */
  async set(wish: PolicyWish, caller: Principal, origin: RequestOrigin): Promise<PolicyReport> {
    await inTransaction(this.dataSource, async (manager) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const row = await manager.findOneOrFail(ResponsePolicyRow, { where: ONE, lock });
      const before = policyOf(row);
      const after = granted(before, wish);
      if (isUntried(before, after)) throw problem('VALIDATION_FAILED', { errors: [DRY_RUN_FIRST] });
      const { mode, reactions, suspendsLastKey } = after;
      const modeSince = mode === before.mode ? row.modeSince : new Date(this.clock.now());
      await manager.update(ResponsePolicyRow, ONE, { mode, modeSince, ...reactions, suspendsLastKey });
      await this.audit.record(manager, {
        action: 'anomaly_responses_changed',
        origin,
        userId: caller.userId,
        statusCode: 200,
        metadata: { before: told(before), after: told(after) },
      });
    });
    return this.report();
  }

  /** A response was held back, because there were so many: that is put on record once an hour. */
  async trip(manager: EntityManager, apiKeyId: string, keys: number, now: number): Promise<void> {
    const [, isFirst] = await manager.query<[unknown, number]>(TRIP, [new Date(now), new Date(now - BREAKER_MS)]);
    if (isFirst === 0) return;
    await this.audit.record(manager, {
      action: 'anomaly_breaker_tripped',
      origin: null,
      userId: null,
      apiKeyId,
      metadata: { keys, responses_an_hour: responsesAnHour(keys) },
    });
  }
}

function policyOf({ mode, medium, high, critical, suspendsLastKey }: ResponsePolicyRow): ResponsePolicy {
  return { mode, reactions: { medium, high, critical }, suspendsLastKey };
}

function granted(before: ResponsePolicy, wish: PolicyWish): ResponsePolicy {
  const { medium, high, critical } = before.reactions;
  return {
    mode: wish.mode ?? before.mode,
    reactions: { medium: wish.medium ?? medium, high: wish.high ?? high, critical: wish.critical ?? critical },
    suspendsLastKey: wish.suspendsLastKey ?? before.suspendsLastKey,
  };
}

const DRY_RUN_FIRST = { field: 'mode', message: 'mode must be dry_run for a while before this is acted upon' };

function told({ mode, reactions, suspendsLastKey }: ResponsePolicy): Record<string, unknown> {
  return { mode, ...reactions, suspends_last_key: suspendsLastKey };
}

/** $1 now. */
const KEYS = `SELECT count(*)::integer AS keys FROM api_keys WHERE ${usableAt('$1')}`;

/** $1 from when on. */
const COUNTS = `
  SELECT action_taken AS action, count(*)::integer AS count
  FROM anomalies WHERE responded_at >= $1 GROUP BY action_taken`;

/** $1 now, $2 since when once is enough. */
const TRIP = `UPDATE anomaly_response_policy SET tripped_at = $1 WHERE tripped_at IS NULL OR tripped_at <= $2`;

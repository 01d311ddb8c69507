import type { VerdictCode } from '#domain';
import { anywhere } from '../database/like-pattern.js';
import type { AuditAction } from './audit-action.js';
import type { LogCursor } from './log-cursor.js';
import { outcomesWhere } from './logged-use.js';

/** Which entries of the log are asked for. What is absent does not restrict. */
export interface LogFilter {
  /** Only what happened to the keys of this person. */
  readonly ownerId?: string | undefined;
  readonly apiKeyId?: string | undefined;
  readonly userId?: string | undefined;
  readonly action?: AuditAction | undefined;
  /** All that may stand for one address. */
  readonly addresses?: readonly string[] | undefined;
  readonly statusCode?: number | undefined;
  /** Both inclusive. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Only entries older than the one at this place. */
  readonly before?: LogCursor | undefined;
  /** Part of any text that the entry shows, in any case. */
  readonly q?: string | undefined;
}

/** A row as either table gives it. Of a use, `outcome` stands for action, status and error message. */
export interface LogRow {
  readonly id: string;
  readonly timestamp: Date;
  readonly action: AuditAction | null;
  readonly api_key_id: string | null;
  readonly user_id: string | null;
  readonly endpoint: string | null;
  readonly method: string | null;
  readonly ip_address: string | null;
  readonly user_agent: string | null;
  readonly request_id: string | null;
  readonly status_code: number | null;
  readonly response_time_ms: number | null;
  readonly error_message: string | null;
  readonly metadata: Record<string, unknown> | null;
  readonly outcome: VerdictCode | null;
  readonly secret_id: string | null;
}

/** A `SELECT … FROM … WHERE …` over one of the tables the log is made of. */
export interface LogSource {
  readonly columns: string;
  readonly fromWhere: string;
}

/**
 * The log is two tables: `audit_log`, what changed, and `usage_events` of the room `usage`, how keys were used. They are
 * read as one, newest first, each through its own index. This is the one place that knows both; everything that reads
 * the log, lists and counts alike, is made of these sources. A table that has nothing to give is left out.
 *
 * @param params is added to: what `$1`, `$2`, … in the sources stand for.
 */
export function logSources(filter: LogFilter, params: unknown[]): LogSource[] {
  const bind = (value: unknown) => `$${params.push(value)}`;
  const outcomes = outcomesWhere(
    (use) =>
      (filter.action === undefined || use.action === filter.action) &&
      (filter.statusCode === undefined || use.statusCode === filter.statusCode),
  );
  const changes = { columns: CHANGES, fromWhere: `FROM audit_log ${where(changesWhere(filter, bind))}` };
  if (outcomes.length === 0) return [changes];
  const uses = { columns: USES, fromWhere: `FROM usage_events ${where(usesWhere(filter, outcomes, bind))}` };
  return [changes, uses];
}

type Bind = (value: unknown) => string;

const CHANGES = `id, timestamp, action, api_key_id, user_id, endpoint, method, ip_address, user_agent, request_id,
  status_code, response_time_ms, error_message, metadata, NULL::text AS outcome, NULL::uuid AS secret_id`;

const USES = `id, timestamp, NULL::text AS action, key_id AS api_key_id, owner_id AS user_id, endpoint, method,
  ip_address, user_agent, request_id, NULL::smallint AS status_code, (latency_us / 1000.0)::real AS response_time_ms,
  NULL::text AS error_message, NULL::jsonb AS metadata, outcome, secret_id`;

function changesWhere(filter: LogFilter, bind: Bind): string[] {
  const conditions = sharedWhere(filter, bind);
  // As an array, so that the planner reads each key's entries through their index instead of everybody's.
  if (filter.ownerId !== undefined)
    conditions.push(`api_key_id = ANY (ARRAY(SELECT id FROM api_keys WHERE owner_id = ${bind(filter.ownerId)}))`);
  if (filter.apiKeyId !== undefined) conditions.push(`api_key_id = ${bind(filter.apiKeyId)}`);
  if (filter.userId !== undefined) conditions.push(`user_id = ${bind(filter.userId)}`);
  if (filter.action !== undefined) conditions.push(`action = ${bind(filter.action)}`);
  if (filter.statusCode !== undefined) conditions.push(`status_code = ${bind(filter.statusCode)}`);
  if (filter.q !== undefined) conditions.push(contains([...SHARED_TEXTS, 'action', 'error_message'], filter.q, bind));
  return conditions;
}

function usesWhere(filter: LogFilter, outcomes: VerdictCode[], bind: Bind): string[] {
  const conditions = sharedWhere(filter, bind);
  if (filter.ownerId !== undefined) conditions.push(`owner_id = ${bind(filter.ownerId)}`);
  if (filter.apiKeyId !== undefined) conditions.push(`key_id = ${bind(filter.apiKeyId)}`);
  if (filter.userId !== undefined) conditions.push(`owner_id = ${bind(filter.userId)}`);
  if (filter.action !== undefined || filter.statusCode !== undefined)
    conditions.push(`outcome = ANY (${bind(outcomes)})`);
  if (filter.q !== undefined) {
    const q = filter.q.toLowerCase();
    const named = outcomesWhere(({ action, errorMessage }) =>
      `${action}\n${errorMessage ?? ''}`.toLowerCase().includes(q),
    );
    conditions.push(`(outcome = ANY (${bind(named)}) OR ${contains(SHARED_TEXTS, filter.q, bind)})`);
  }
  return conditions;
}

const SHARED_TEXTS = ['endpoint', 'method', 'ip_address', 'user_agent', 'request_id'];

function sharedWhere(filter: LogFilter, bind: Bind): string[] {
  const conditions: string[] = [];
  if (filter.addresses) conditions.push(`ip_address = ANY (${bind(filter.addresses)})`);
  if (filter.from) conditions.push(`timestamp >= ${bind(filter.from)}`);
  if (filter.to) conditions.push(`timestamp <= ${bind(filter.to)}`);
  if (filter.before) conditions.push(`(timestamp, id) < (${bind(filter.before.timestamp)}, ${bind(filter.before.id)})`);
  return conditions;
}

function contains(columns: readonly string[], text: string, bind: Bind): string {
  const pattern = bind(anywhere(text));
  return `(${columns.map((column) => `${column} ILIKE ${pattern}`).join(' OR ')})`;
}

function where(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}

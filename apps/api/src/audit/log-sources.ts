import { METHODS } from 'node:http';
import type { VerdictCode } from '#domain';
import { foundIn, inAnyCase } from '../database/like-pattern.js';
import { AUDIT_ACTIONS, type AuditAction } from './audit-action.js';
import type { LogFilter, LogWindow } from './log-filter.js';
import { outcomesOf, timeOfUse } from './logged-use.js';
import { hasNoUses } from './log-plan.js';
import type { UseSearch } from './use-search.js';

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

/** What is read of the log: which entries, of which time, and what the text that is searched for means for uses. */
export interface LogQuestion {
  readonly filter: LogFilter;
  readonly window?: LogWindow | undefined;
  /** Of `filter.q`. */
  readonly search?: UseSearch | undefined;
}

/** One of the tables the log is made of, as the parts of a SELECT. */
export interface LogSource {
  readonly columns: string;
  readonly from: string;
  /** All of them hold. */
  readonly where: readonly string[];
  /** So does this, which no index knows of. */
  readonly text?: string | undefined;
  /** Another table: for each of its rows, which is called `stretch`, the rest is asked. */
  readonly stretches?: string | undefined;
}

/**
 * The log is two tables: `audit_log`, what changed, and `usage_events` of the room `usage`, how keys were used. They are
 * read as one, newest first, each through its own index. This is the one place that knows both; everything that reads
 * the log, lists and counts alike, is made of these sources. A table that has nothing to give is left out.
 *
 * @param params is added to: what `$1`, `$2`, … in the sources stand for.
 */
export function logSources(question: LogQuestion, params: unknown[]): LogSource[] {
  return [changesSource(question, params), ...usesSources(question, params)];
}

/** What changed. */
export function changesSource({ filter, window, search }: LogQuestion, params: unknown[]): LogSource {
  const bind = (value: unknown) => `$${params.push(value)}`;
  return {
    columns: CHANGES,
    from: 'audit_log',
    where: [...sharedWhere(filter, bind), ...windowWhere(window, bind), ...changesWhere(filter, bind)],
    text: filter.q === undefined ? undefined : changesText(filter.q, search, bind),
  };
}

/** How keys were used; empty when no use can match. */
export function usesSources({ filter, window, search }: LogQuestion, params: unknown[]): LogSource[] {
  if (hasNoUses(filter) || window?.uses?.length === 0) return [];
  const bind = (value: unknown) => `$${params.push(value)}`;
  const { inTime, stretches } = timesOf(window, bind);
  const conditions = [...sharedWhere(filter, bind), ...inTime, ...usesWhere(filter, search, bind)];
  return [{ columns: USES, from: 'usage_events', where: conditions, stretches }];
}

type Bind = (value: unknown) => string;

const CHANGES = `id, timestamp, action, api_key_id, user_id, endpoint, method, ip_address, user_agent, request_id,
  status_code, response_time_ms, error_message, metadata, NULL::text AS outcome, NULL::uuid AS secret_id`;

const USES = `id, timestamp, NULL::text AS action, key_id AS api_key_id, owner_id AS user_id, endpoint, method,
  ip_address, user_agent, request_id, NULL::smallint AS status_code, (latency_us / 1000.0)::real AS response_time_ms,
  NULL::text AS error_message, NULL::jsonb AS metadata, outcome, secret_id`;

function changesWhere(filter: LogFilter, bind: Bind): string[] {
  const conditions: string[] = [];
  if (filter.id !== undefined) conditions.push(`id = ${bind(filter.id)}`);
  // As an array, so that the planner reads each key's entries through their index instead of everybody's.
  if (filter.ownerId !== undefined)
    conditions.push(`api_key_id = ANY (ARRAY(SELECT id FROM api_keys WHERE owner_id = ${bind(filter.ownerId)}))`);
  if (filter.apiKeyId !== undefined) conditions.push(`api_key_id = ${bind(filter.apiKeyId)}`);
  if (filter.userId !== undefined) conditions.push(`user_id = ${bind(filter.userId)}`);
  if (filter.action !== undefined) conditions.push(`action = ${bind(filter.action)}`);
  if (filter.statusCode !== undefined) conditions.push(`status_code = ${bind(filter.statusCode)}`);
  return conditions;
}

function changesText(q: string, search: UseSearch | undefined, bind: Bind): string {
  return anyOf([...namedWhere(q, bind), ...textWhere(q, CHANGE_TEXTS, bind), ...wholly(search, bind)]);
}

const CHANGE_TEXTS = ['endpoint', 'user_agent', 'error_message'];

/** Of what has few names, those are looked for that the text is part of: not the text in every entry. */
function namedWhere(q: string, bind: Bind): string[] {
  return Object.entries({ action: AUDIT_ACTIONS, method: METHODS }).flatMap(([column, names]) => {
    const found = names.filter((name) => name.toLowerCase().includes(q.toLowerCase()));
    return found.length > 0 ? [`${column} = ANY (${bind(found)})`] : [];
  });
}

function usesWhere(filter: LogFilter, search: UseSearch | undefined, bind: Bind): string[] {
  const conditions: string[] = [];
  if (filter.id !== undefined) conditions.push(`timestamp = ${bind(timeOfUse(filter.id))}`, `id = ${bind(filter.id)}`);
  if (filter.ownerId !== undefined) conditions.push(`owner_id = ${bind(filter.ownerId)}`);
  if (filter.apiKeyId !== undefined) conditions.push(`key_id = ${bind(filter.apiKeyId)}`);
  if (filter.userId !== undefined) conditions.push(`owner_id = ${bind(filter.userId)}`);
  if (filter.action !== undefined || filter.statusCode !== undefined)
    conditions.push(`outcome = ANY (${bind(outcomesOf(filter))})`);
  if (search) conditions.push(anyOf([...textsWhere(search, filter.q ?? '', bind), ...wholly(search, bind)]));
  return conditions;
}

/** The columns of uses in which the texts of each kind stand. */
const TEXT_COLUMNS = { agent: 'user_agent', endpoint: 'endpoint', method: 'method' } as const;

function textsWhere({ outcomes, texts }: UseSearch, q: string, bind: Bind): string[] {
  const conditions = outcomes.length > 0 ? [`outcome = ANY (${bind(outcomes)})`] : [];
  for (const [kind, column] of Object.entries(TEXT_COLUMNS)) {
    const found = texts[kind as keyof typeof TEXT_COLUMNS];
    if (found === 'many') conditions.push(...textWhere(q, [column], bind));
    else if (found.length > 0) conditions.push(`${column} = ANY (${bind(found)})`);
  }
  return conditions;
}

/** What it is part of. */
function textWhere(q: string, columns: readonly string[], bind: Bind): string[] {
  const [caseless, whole] = inAnyCase(q);
  const patterns = [bind(caseless), bind(whole)] as const;
  return columns.map((column) => foundIn(column, patterns));
}

/** What is only found as a whole. */
function wholly(search: UseSearch | undefined, bind: Bind): string[] {
  const conditions: string[] = [];
  if (search && search.addresses.length > 0) conditions.push(`ip_address = ANY (${bind(search.addresses)})`);
  if (search?.requestId) conditions.push(`request_id = ${bind(search.requestId)}`);
  return conditions;
}

function sharedWhere(filter: LogFilter, bind: Bind): string[] {
  const conditions: string[] = [];
  if (filter.addresses?.length === 1) conditions.push(`ip_address = ${bind(filter.addresses[0])}`);
  else if (filter.addresses) conditions.push(`ip_address = ANY (${bind(filter.addresses)})`);
  if (filter.requestId !== undefined) conditions.push(`request_id = ${bind(filter.requestId)}`);
  if (filter.from) conditions.push(`timestamp >= ${bind(filter.from)}`);
  if (filter.to) conditions.push(`timestamp <= ${bind(filter.to)}`);
  // Said of the time alone too, so that newer days are left out before they are looked at.
  if (filter.before) {
    const time = bind(filter.before.timestamp);
    conditions.push(`timestamp <= ${time}`, `(timestamp, id) < (${time}, ${bind(filter.before.id)})`);
  }
  return conditions;
}

function windowWhere(window: LogWindow | undefined, bind: Bind): string[] {
  const conditions: string[] = [];
  if (window && window.from !== null) conditions.push(`timestamp >= ${bind(new Date(window.from))}`);
  if (window && window.to !== null) conditions.push(`timestamp < ${bind(new Date(window.to))}`);
  return conditions;
}

interface Times {
  readonly inTime: readonly string[];
  readonly stretches?: string;
}

function timesOf(window: LogWindow | undefined, bind: Bind): Times {
  const { uses, leaves, fromLeaf, toLeaf } = window ?? {};
  if (leaves) return atLeaves(leaves, window, bind);
  if (uses && uses.length > 1) return inStretches(uses, bind);
  const inTime = windowWhere(uses?.[0] ?? window, bind);
  if (fromLeaf !== undefined) inTime.push(`leaf >= ${bind(fromLeaf)}`);
  if (toLeaf !== undefined) inTime.push(`leaf < ${bind(toLeaf)}`);
  return { inTime };
}

function atLeaves(leaves: NonNullable<LogWindow['leaves']>, window: LogWindow | undefined, bind: Bind): Times {
  const places = { name: 'leaf', type: 'bigint', values: leaves.map(({ leaf }) => leaf) };
  const { inTime, stretches } = inStretches(leaves, bind, [places]);
  return { inTime: [...windowWhere(window, bind), ...inTime, 'leaf = stretch.leaf'], stretches };
}

interface StretchColumn {
  readonly name: string;
  readonly type: string;
  /** One for each stretch. */
  readonly values: readonly unknown[];
}

function inStretches(
  uses: NonNullable<LogWindow['uses']>,
  bind: Bind,
  others: readonly StretchColumn[] = [],
): { inTime: string[]; stretches: string } {
  const [starts, stops] = [uses.map(({ from }) => from), uses.map(({ to }) => to)];
  // Said of all of them together too: days in which there is none are left out before the statement is planned.
  const all = windowWhere({ from: Math.min(...starts), to: Math.max(...stops) }, bind);
  const ofTime = (name: string, times: number[]) => ({
    name,
    type: 'timestamptz',
    values: times.map((time) => new Date(time)),
  });
  const columns = [ofTime('start', starts), ofTime('stop', stops), ...others];
  const arrays = columns.map(({ type, values }) => `${bind(values)}::${type}[]`);
  return {
    inTime: [...all, 'timestamp >= stretch.start', 'timestamp < stretch.stop'],
    stretches: `unnest(${arrays.join(', ')}) AS stretch (${columns.map(({ name }) => name).join(', ')})`,
  };
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'false' : `(${conditions.join(' OR ')})`;
}

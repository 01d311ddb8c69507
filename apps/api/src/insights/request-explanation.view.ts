import type { Explanation, KeyStep, Remedy } from '#domain';
import { problemSlug } from '#problems';
import type { AuditAction } from '../audit/audit-action.js';
import type { LogRow } from '../audit/log-sources.js';
import type { UseRow } from './explained-use.js';
import {
  type ExplainedChangeDto,
  type ExplainedRuleDto,
  type ExplainedUseDto,
  type RemedyDto,
  type SuggestedCallDto,
  TOLD_CHANGES_MAX,
} from './request-explanation.dto.js';

/** What is shown of the key that a use was made with. */
export interface ShownKey {
  readonly name: string;
  readonly display: string;
}

/** @param log where the asker reads the log. */
export function explainedUseView(row: UseRow, key: ShownKey | null, why: Explanation, log: string): ExplainedUseDto {
  const { id, timestamp: at, outcome: code, api_key_id: keyId } = row;
  return {
    id,
    at,
    code,
    key_id: keyId,
    key_name: key?.name ?? null,
    key_prefix: key?.display ?? null,
    summary: why.summary,
    observed: {
      method: row.method ?? '',
      endpoint: row.endpoint ?? '',
      ip_address: row.ip_address,
      user_agent: row.user_agent,
    },
    rule: why.rule && ruleView(why.rule),
    passes_now: why.passesNow,
    unknown: [...why.unknown],
    remedies: why.remedies.map((remedy) => remedyView(remedy, keyId)),
    links: {
      key: keyId === null ? null : keyPath(keyId),
      log: `${log}?q=${encodeURIComponent(row.request_id ?? '')}`,
      problem: code === 'VALID' ? null : `/problems/${problemSlug(`API_KEY_${code}`)}`,
    },
  };
}

export function explainedChangeView(row: LogRow): ExplainedChangeDto {
  return {
    id: row.id,
    at: row.timestamp,
    action: row.action as AuditAction,
    key_id: row.api_key_id,
    user_id: row.user_id,
    status_code: row.status_code,
    error_message: row.error_message,
  };
}

function ruleView({ name, then, now, changedAt }: NonNullable<Explanation['rule']>): ExplainedRuleDto {
  const changed_at = changedAt.slice(0, TOLD_CHANGES_MAX).map((at) => new Date(at));
  return { name, ...(then !== undefined && { then }), now, changed_at };
}

function remedyView({ text, step }: Remedy, keyId: string | null): RemedyDto {
  return { text, call: step && keyId !== null ? callOf(step, keyId) : null };
}

function callOf(step: KeyStep, keyId: string): SuggestedCallDto {
  switch (step.action) {
    case 'update':
      return { method: 'PUT', path: keyPath(keyId), body: { ...step.fields } };
    case 'enable':
      return { method: 'POST', path: `${keyPath(keyId)}/enable`, body: null };
    case 'rotate':
      return { method: 'POST', path: `${keyPath(keyId)}/rotate`, body: {} };
  }
}

function keyPath(keyId: string): string {
  return `/api/v1/keys/${keyId}`;
}

import { Injectable } from '@nestjs/common';
import { DataSource, In, MoreThan } from 'typeorm';
import type { KeyRules, RuleChange } from '#domain';
import type { AuditAction } from '../audit/audit-action.js';
import { AuditEntry } from '../audit/audit-entry.entity.js';

/** Reads from the log how the rules of keys were changed. */
@Injectable()
export class RuleChanges {
  constructor(private readonly dataSource: DataSource) {}

  /** By key id, oldest first: the first so many after a moment. */
  async since(after: Date, keyIds: readonly string[]): Promise<Map<string, RuleChange[]>> {
    const changes = new Map<string, RuleChange[]>(keyIds.map((id) => [id, []]));
    if (keyIds.length === 0) return changes;
    const entries = await this.dataSource.manager.find(AuditEntry, {
      select: { id: true, timestamp: true, action: true, apiKeyId: true, metadata: true },
      where: { apiKeyId: In(keyIds), timestamp: MoreThan(after), action: In(Object.keys(CHANGED_BY)) },
      order: { timestamp: 'ASC', id: 'ASC' },
      take: ENTRIES_MAX,
    });
    for (const entry of entries) changes.get(entry.apiKeyId ?? '')?.push(...changesIn(entry));
    return changes;
  }
}

const ENTRIES_MAX = 1_000;

/** What the state was before. */
const CHANGED_BY: Readonly<Partial<Record<AuditAction, KeyRules['state']>>> = {
  api_key_updated: undefined,
  api_key_disabled: 'active',
  api_key_enabled: 'disabled',
  api_key_revoked: undefined,
  api_key_suspended: 'active',
  api_key_restored: 'disabled',
};

type Changes = Readonly<Record<string, { readonly from: unknown } | undefined>>;

function changesIn({ action, timestamp, metadata }: AuditEntry): RuleChange[] {
  const at = timestamp.getTime();
  // What is restored may have been throttled only.
  if (action === 'api_key_restored' && (metadata as { was?: unknown } | null)?.was !== 'suspended') return [];
  if (action !== 'api_key_updated') {
    return [{ at, rule: 'state', from: CHANGED_BY[action as AuditAction] }];
  }
  const { changes = {} } = (metadata ?? {}) as { changes?: Changes };
  return Object.entries(RULES).flatMap(([column, of]) => {
    const change = changes[column];
    return change ? [{ at, ...of(change.from) } as RuleChange] : [];
  });
}

/** What the log calls the columns of a key, which are the rules. */
const RULES: Readonly<Record<string, (from: unknown) => Pick<RuleChange, 'rule' | 'from'>>> = {
  expiresAt: (from) => ({ rule: 'expires_at', from }) as RuleChange,
  environment: (from) => ({ rule: 'environment', from }) as RuleChange,
  allowedServices: (from) => ({ rule: 'allowed_services', from }) as RuleChange,
  allowedIps: (from) => ({ rule: 'allowed_ips', from }) as RuleChange,
  allowedUserAgents: (from) => ({ rule: 'allowed_user_agents', from }) as RuleChange,
  permissions: (from) => ({ rule: 'permissions', from }) as RuleChange,
  credits: (from) => ({ rule: 'credits', from }) as RuleChange,
  rateLimitPerMinute: (from) => ({ rule: 'rate_limits', from: { minute: from } }) as RuleChange,
  rateLimitPerHour: (from) => ({ rule: 'rate_limits', from: { hour: from } }) as RuleChange,
  rateLimitPerDay: (from) => ({ rule: 'rate_limits', from: { day: from } }) as RuleChange,
};

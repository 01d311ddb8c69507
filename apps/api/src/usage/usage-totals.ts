import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

export interface SecretUsage {
  /** Admitted uses, refused attempts not included. */
  readonly usageCount: number;
  readonly lastUsedAt: Date;
}

/** How much each secret of a key is used. */
@Injectable()
export class UsageTotals {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Usage by key id, then by secret id. What was never used is not in the answer. Exact up to what
   * was counted last: a second ago, up to a minute when a server was killed between storing and counting, longer when the
   * database has been away. Nothing is ever counted twice or left out for good.
   * @param manager the transaction's, when called inside one.
   */
  async forKeys(
    keyIds: readonly string[],
    manager: EntityManager = this.dataSource.manager,
  ): Promise<Map<string, Map<string, SecretUsage>>> {
    const totals = new Map<string, Map<string, SecretUsage>>();
    if (keyIds.length === 0) return totals;
    for (const { key_id: keyId, secret_id: secretId, ...used } of await manager.query<TotalRow[]>(TOTALS, [keyIds])) {
      const secrets = totals.get(keyId) ?? new Map<string, SecretUsage>();
      totals.set(keyId, secrets.set(secretId, { usageCount: used.usage_count, lastUsedAt: used.last_used_at }));
    }
    return totals;
  }
}

interface TotalRow {
  readonly key_id: string;
  readonly secret_id: string;
  readonly usage_count: number;
  readonly last_used_at: Date;
}

/** $1 keys. */
const TOTALS = `
  SELECT key_id, secret_id, usage_count::float8 AS usage_count, last_used_at FROM key_usage
  WHERE key_id = ANY ($1::uuid[])`;

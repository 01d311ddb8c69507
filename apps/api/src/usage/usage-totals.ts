import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';
import { KeyUsage } from './key-usage.entity.js';

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
    for (const { keyId, secretId, usageCount, lastUsedAt } of await manager.findBy(KeyUsage, { keyId: In(keyIds) })) {
      const secrets = totals.get(keyId) ?? new Map<string, SecretUsage>();
      totals.set(keyId, secrets.set(secretId, { usageCount: Number(usageCount), lastUsedAt }));
    }
    return totals;
  }
}

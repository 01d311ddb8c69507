import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import { inTransaction } from '../../database/transaction.js';
import { Erasures } from '../../erasure/erasures.js';
import { EventOutbox } from '../../events/event-outbox.js';
import type { InsightDigestDto } from './insight-digest.dto.js';
import { InsightDigest } from './insight-digest.entity.js';

/** Digests as they were told, one for each person and week. */
@Injectable()
export class DigestStore implements OnModuleInit {
  constructor(
    private readonly dataSource: DataSource,
    private readonly events: EventOutbox,
    private readonly erasures: Erasures,
  ) {}

  onModuleInit(): void {
    this.erasures.add({
      name: 'digests',
      piece: async (manager, ownerId) => ({
        redacted: (await manager.delete(InsightDigest, { ownerId })).affected ?? 0,
        next: null,
      }),
    });
  }

  /** Null before the first. */
  async newest(ownerId: string): Promise<InsightDigestDto | null> {
    const row = await this.dataSource.manager.findOne(InsightDigest, { where: { ownerId }, order: { week: 'DESC' } });
    return row?.digest ?? null;
  }

  /** Those who have keys and no digest of the week. */
  due(week: string, limit: number, except: readonly string[]): Promise<{ owner_id: string }[]> {
    return this.dataSource.query(DUE, [week, limit, except]);
  }

  /** @returns false, having told nobody, when somebody else was faster. */
  keep(ownerId: string, digest: InsightDigestDto, isWorthTelling: boolean, now: number): Promise<boolean> {
    return inTransaction(this.dataSource, async (manager) => {
      const kept = await manager.query<unknown[]>(KEEP, [ownerId, digest.week, JSON.stringify(digest), new Date(now)]);
      if (kept.length === 0) return false;
      const data = { user_id: ownerId, ...digest };
      if (isWorthTelling) await this.events.emit(manager, { type: 'insights.digest', ownerId, data });
      return true;
    });
  }

  /** Those of weeks before. */
  async forget(week: string): Promise<void> {
    await this.dataSource.manager.delete(InsightDigest, { week: LessThan(week) });
  }
}

/** $1 the week, $2 how many, $3 without whom. */
const DUE = `
  SELECT DISTINCT owner_id FROM api_keys
  WHERE state <> 'revoked' AND created_at < $1::date + 7 AND owner_id <> ALL ($3::uuid[])
    AND NOT EXISTS (SELECT FROM insight_digests AS digest WHERE digest.owner_id = api_keys.owner_id AND week = $1)
  LIMIT $2`;

const KEEP = `
  INSERT INTO insight_digests (owner_id, week, digest, created_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT DO NOTHING RETURNING owner_id`;

import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { InsightDigestDto } from './insight-digest.dto.js';

/** What there was to know about the keys of somebody in a week that is over. */
@Entity('insight_digests')
export class InsightDigest {
  @PrimaryColumn({ type: 'uuid', name: 'owner_id', primaryKeyConstraintName: 'insight_digests_pkey' })
  ownerId: string;

  /** Its Monday, in UTC. */
  @PrimaryColumn({ type: 'date', primaryKeyConstraintName: 'insight_digests_pkey' })
  week: string;

  /** As it is told. */
  @Column({ type: 'jsonb' })
  digest: InsightDigestDto;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;
}

import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { EvidenceKind } from '#domain';

/** The strongest evidence of a kind about a key on one day of UTC, alerted or not: what thresholds are calibrated by. */
@Entity('key_evidence')
@Index('key_evidence_day_idx', ['day'])
export class KeyEvidence {
  @PrimaryColumn({ type: 'uuid', name: 'key_id', primaryKeyConstraintName: 'key_evidence_pkey' })
  keyId: string;

  @PrimaryColumn({ type: 'date', primaryKeyConstraintName: 'key_evidence_pkey' })
  day: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'key_evidence_pkey' })
  kind: EvidenceKind;

  @Column({ type: 'double precision' })
  e: number;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EvidenceKind } from '#domain';

/** What nobody wants to hear about a key for a while. */
@Entity('anomaly_mutes')
export class AnomalyMute {
  /** Where there is no key, an id that none has. */
  @PrimaryColumn({ type: 'uuid', name: 'key_id', primaryKeyConstraintName: 'anomaly_mutes_pkey' })
  keyId: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'anomaly_mutes_pkey' })
  kind: EvidenceKind;

  @Column({ type: 'timestamptz' })
  until: Date;
}

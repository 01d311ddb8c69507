import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Quiet } from './quiet.js';

/** How far the uses of keys have been watched, and what is remembered of all keys together. There is one row. */
@Entity('anomaly_watch')
export class AnomalyWatchRow {
  @PrimaryColumn({ type: 'smallint', primaryKeyConstraintName: 'anomaly_watch_pkey' })
  id: number;

  /** The place in the log of the first entry that was not seen yet. */
  @Column({ type: 'bigint' })
  position: string;

  /** What all keys do; null until one was seen. Likewise the next two. */
  @Column({ type: 'bytea', nullable: true })
  pool: Buffer | null;

  /** Unknown keys. */
  @Column({ type: 'bytea', nullable: true })
  stuffing: Buffer | null;

  /** What was said about unknown keys. */
  @Column({ type: 'jsonb', nullable: true })
  quiet: Quiet | null;
}

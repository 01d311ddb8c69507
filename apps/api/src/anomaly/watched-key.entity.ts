import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Quiet } from './quiet.js';

/**
 * What the detectors remember of one key. Written in the transaction that moves the position of the watch, so that every
 * use is in it exactly once, whoever was watching and wherever it was killed.
 */
@Entity('watched_keys')
export class WatchedKey {
  @PrimaryColumn({ type: 'uuid', name: 'key_id', primaryKeyConstraintName: 'watched_keys_pkey' })
  keyId: string;

  /** The latest use that was seen. */
  @Column({ type: 'timestamptz', name: 'seen_until' })
  seenUntil: Date;

  /** States as the detectors write them, each with the version of its format in it. */
  @Column({ type: 'bytea' })
  place: Buffer;

  @Column({ type: 'bytea' })
  denied: Buffer;

  @Column({ type: 'bytea' })
  sharing: Buffer;

  @Column({ type: 'bytea' })
  dormant: Buffer;

  @Column({ type: 'bytea', name: 'retired_secret' })
  retiredSecret: Buffer;

  @Column({ type: 'jsonb' })
  quiet: Quiet;
}

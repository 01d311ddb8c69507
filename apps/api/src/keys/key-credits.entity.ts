import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { RefillInterval } from '#domain';
import { ApiKey } from './api-key.entity.js';

/** The credits of a key that has some: a row of its own, because every use of the key writes it. */
@Entity('key_credits')
@Check('key_credits_remaining_check', 'remaining >= 0')
@Check('key_credits_refill_interval_check', `refill_interval IN ('daily', 'monthly')`)
export class KeyCredits {
  @ForeignKey(() => ApiKey, { name: 'key_credits_key_id_fkey' })
  @PrimaryColumn({ type: 'uuid', name: 'key_id', primaryKeyConstraintName: 'key_credits_pkey' })
  keyId: string;

  @Column({ type: 'integer' })
  remaining: number;

  /** Null: never refilled; the interval is null then too. */
  @Column({ type: 'integer', name: 'refill_amount', nullable: true })
  refillAmount: number | null;

  @Column({ type: 'text', name: 'refill_interval', nullable: true })
  refillInterval: RefillInterval | null;

  /** Start of the last period that was refilled, or the moment the credits were set. */
  @Column({ type: 'timestamptz', name: 'refilled_at' })
  refilledAt: Date;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * Uses that are stored and not yet counted: those of one batch, which lie in the log one behind the other. The row comes
 * in the statement that stores them and goes in the one that counts them, so that each is counted once.
 */
@Entity('usage_uncounted')
export class UncountedUses {
  /** The place of the first in the tree of the log. */
  @PrimaryColumn({ type: 'bigint', primaryKeyConstraintName: 'usage_uncounted_pkey' })
  leaf: string;

  @Column({ type: 'integer' })
  uses: number;

  /** When the earliest of them was. */
  @Column({ type: 'timestamptz', name: 'first_at' })
  firstAt: Date;

  @Column({ type: 'timestamptz', name: 'last_at' })
  lastAt: Date;
}

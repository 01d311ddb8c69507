import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The tree over the entries of the log. There is one row. */
@Entity('audit_tree')
export class LogTreeRow {
  /** Names the log, in the origin of its checkpoints. */
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'audit_tree_pkey' })
  id: string;

  @Column({ type: 'bigint' })
  size: string;

  /** The peaks of the tree, the largest first. */
  @Column({ type: 'bytea' })
  frontier: Buffer;

  /** The seed that checkpoints are signed with, sealed; null until a server has opened the database. */
  @Column({ type: 'bytea', name: 'signing_key', nullable: true })
  signingKey: Buffer | null;

  /** When that was. */
  @Column({ type: 'timestamptz', name: 'opened_at', nullable: true })
  openedAt: Date | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How far a spool has been stored. Moves in the statement that stores its events, and never otherwise. */
@Entity('usage_spools')
export class UsageSpool {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'usage_spools_pkey' })
  id: string;

  @Column({ type: 'bigint' })
  position: string;
}

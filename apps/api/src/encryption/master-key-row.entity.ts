import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A master key that this database has been sealed with. Of the key itself it holds nothing but what it sealed. */
@Entity('master_keys')
export class MasterKeyRow {
  /** Follows from the key; sixteen hexadecimal digits. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'master_keys_pkey' })
  id: string;

  /** Opens with the right key and with no other. */
  @Column({ type: 'bytea', name: 'check_value' })
  checkValue: Buffer;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;
}

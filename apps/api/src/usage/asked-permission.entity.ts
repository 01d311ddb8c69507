import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Stands for no permission in particular, of a use that named none. */
export const NO_PERMISSION = '';

/**
 * That a permission was asked of a key, and granted. Comes with the first use of each day that asks for it, in the batch
 * that stores the use, and is no part of it: the log does not show it, and its leaves are what they were.
 */
@Entity('asked_permissions')
export class AskedPermission {
  @PrimaryColumn({ type: 'uuid', name: 'key_id', primaryKeyConstraintName: 'asked_permissions_pkey' })
  keyId: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'asked_permissions_pkey' })
  permission: string;

  /** In UTC. */
  @Column({ type: 'date', name: 'first_on' })
  firstOn: string;

  @Column({ type: 'date', name: 'last_on' })
  lastOn: string;
}

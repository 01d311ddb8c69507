import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How often and when last a secret was let through. Kept beside the events, whose rows end with their retention. */
@Entity('key_usage')
export class KeyUsage {
  @PrimaryColumn({ type: 'uuid', name: 'key_id', primaryKeyConstraintName: 'key_usage_pkey' })
  keyId: string;

  @PrimaryColumn({ type: 'uuid', name: 'secret_id', primaryKeyConstraintName: 'key_usage_pkey' })
  secretId: string;

  @Column({ type: 'bigint', name: 'usage_count' })
  usageCount: string;

  @Column({ type: 'timestamptz', name: 'last_used_at' })
  lastUsedAt: Date;
}

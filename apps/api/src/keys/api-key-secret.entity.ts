import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { ApiKey } from './api-key.entity.js';

/** One secret version of a key. The current one has no `retiredAt`; the database allows one such row a key. */
@Entity('api_key_secrets')
@Unique('api_key_secrets_key_id_version_key', ['keyId', 'version'])
@Index('api_key_secrets_retiring_idx', ['retiredAt'], { where: 'NOT is_retirement_told' })
@Index('api_key_secrets_imported_idx', ['id'], { where: 'is_imported' })
@Index('api_key_secrets_current_key', ['keyId'], { unique: true, where: 'retired_at IS NULL' })
export class ApiKeySecret {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'api_key_secrets_pkey' })
  id: string;

  @ForeignKey(() => ApiKey, { name: 'api_key_secrets_key_id_fkey' })
  @Column({ type: 'uuid', name: 'key_id' })
  keyId: string;

  /** 1 for the first secret of a key, then upwards. */
  @Column({ type: 'integer' })
  version: number;

  /** SHA-256 of the whole secret; nothing else of it is stored. */
  @Index('api_key_secrets_digest_key', { unique: true })
  @Column({ type: 'bytea' })
  digest: Buffer;

  /** What is safe to show of the secret. */
  @Column({ type: 'text' })
  display: string;

  /** The same in lower case, for searches. Written by a trigger. */
  @Column({ type: 'text', name: 'found_by', select: false, insert: false, update: false })
  foundBy?: string;

  /** Issued elsewhere: nobody here knows what it looks like. */
  @Column({ type: 'boolean', name: 'is_imported', default: false })
  isImported: boolean;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;

  /** The moment its grace ends; in the past: refused. Null: current. */
  @Column({ type: 'timestamptz', name: 'retired_at', nullable: true })
  retiredAt: Date | null;

  /** Whether the end of its grace was told, by whoever ended it or by the job that watches for it. */
  @Column({ type: 'boolean', name: 'is_retirement_told', default: false })
  isRetirementTold: boolean;
}

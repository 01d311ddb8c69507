import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That the outside was told of a key that hits its limits. */
@Entity('limit_notices')
export class LimitNotice {
  @PrimaryColumn({ type: 'uuid', name: 'key_id', primaryKeyConstraintName: 'limit_notices_pkey' })
  keyId: string;

  /** Refusals until then are covered by what was told. */
  @Column({ type: 'timestamptz', name: 'told_until' })
  toldUntil: Date;
}

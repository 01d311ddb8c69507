import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The texts that come again and again: searching them is searching the uses. */
export type UsageTextKind = 'agent' | 'endpoint' | 'method';

/** A text that stands in uses of keys. There are few, however many uses there are. */
@Entity('usage_texts')
export class UsageText {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'usage_texts_pkey' })
  kind: UsageTextKind;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'usage_texts_pkey' })
  text: string;
}

/** In which hours of UTC it stands: a text that is rare is found without reading the others. */
@Entity('usage_text_hours')
@Index('usage_text_hours_hour_idx', { synchronize: false })
export class UsageTextHour {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'usage_text_hours_pkey' })
  kind: UsageTextKind;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'usage_text_hours_pkey' })
  text: string;

  @PrimaryColumn({ type: 'timestamptz', primaryKeyConstraintName: 'usage_text_hours_pkey' })
  hour: Date;

  /** The only minute of the hour in which it stands; null when there is more than one. */
  @Column({ type: 'timestamptz', nullable: true })
  minute: Date | null;
}

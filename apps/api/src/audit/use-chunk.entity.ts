import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** How many places of the log are in a chunk: a bitmap of them has 2 KB, which is what a row holds by itself. */
export const CHUNK_LEAVES = 16_384;

/** What uses are found by, whatever else is asked of them. */
export type BitmapKind = 'key' | 'owner' | 'outcome' | 'address' | 'agent' | 'endpoint' | 'method';

/**
 * So many places of the log, one after the other, all of which are taken: what is known of the uses there changes only
 * when a person is taken out of them. Derived from the uses, and made again from them if it is deleted.
 */
@Entity('usage_chunks')
@Index('usage_chunks_latest_idx', ['latest', 'firstLeaf'])
export class UseChunk {
  /** A multiple of CHUNK_LEAVES. */
  @PrimaryColumn({ type: 'bigint', name: 'first_leaf', primaryKeyConstraintName: 'usage_chunks_pkey' })
  firstLeaf: string;

  /** When the first and the last use in it were; null: there is none in it. */
  @Column({ type: 'timestamptz', nullable: true })
  earliest: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  latest: Date | null;

  /** Kinds of which there are so many values in it that the rare ones have no bitmap. */
  @Column({ type: 'text', array: true })
  unlisted: BitmapKind[];
}

/** Which uses of a chunk have a value: the bit of each is as far from the first as its place in the log. */
@Entity('usage_bitmaps')
@Index('usage_bitmaps_first_leaf_idx', { synchronize: false })
export class UseBitmap {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'usage_bitmaps_pkey' })
  kind: BitmapKind;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'usage_bitmaps_pkey' })
  value: string;

  @PrimaryColumn({ type: 'bigint', name: 'first_leaf', primaryKeyConstraintName: 'usage_bitmaps_pkey' })
  firstLeaf: string;

  @Column({ type: 'bit varying' })
  leaves: string;
}

import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** How many places of the log are in a chunk: a bitmap of them has 2 KB, which is what a row holds by itself. */
export const CHUNK_LEAVES = 16_384;

/** What uses are found by, whatever else is asked of them. */
export const BITMAP_KINDS = ['address', 'agent', 'endpoint', 'key', 'method', 'outcome', 'owner'] as const;

export type BitmapKind = (typeof BITMAP_KINDS)[number];

/** What may say who it was. */
export const PERSONAL_KINDS = ['address', 'agent', 'endpoint'] as const satisfies readonly BitmapKind[];

/**
 * So many places of the log, one after the other, all of which are taken: what is known of the uses there changes only
 * when a person is taken out of them. Chunks follow each other without a gap, or nothing is searched in any of them: if some
 * are deleted, they are made again from the uses.
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

  /** Kinds of which some value may have no bitmap: because it is rare and there are many, or because uses are retired. */
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

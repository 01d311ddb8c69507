import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What tells which uses match several filters at once without reading those that match one. */
export class UseChunks1764290000000 implements MigrationInterface {
  name = 'UseChunks1764290000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE usage_chunks (
        first_leaf bigint NOT NULL,
        earliest timestamptz,
        latest timestamptz,
        unlisted text[] NOT NULL,
        CONSTRAINT usage_chunks_pkey PRIMARY KEY (first_leaf)
      )`);
    await runner.query(`CREATE INDEX usage_chunks_latest_idx ON usage_chunks (latest, first_leaf)`);
    await runner.query(`
      CREATE TABLE usage_bitmaps (
        kind text NOT NULL,
        value text NOT NULL,
        first_leaf bigint NOT NULL,
        leaves bit varying NOT NULL,
        CONSTRAINT usage_bitmaps_pkey PRIMARY KEY (kind, value, first_leaf)
      )`);
    // Compressed where that helps, and beside the rest of the row all the same.
    await runner.query(`ALTER TABLE usage_bitmaps ALTER leaves SET STORAGE MAIN`);
    await runner.query(`CREATE INDEX usage_bitmaps_first_leaf_idx ON usage_bitmaps USING brin (first_leaf)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['usage_bitmaps', 'usage_chunks']) await runner.query(`DROP TABLE ${table}`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class WatchedShapes1764180000000 implements MigrationInterface {
  name = 'WatchedShapes1764180000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE watched_shapes (
        key_id uuid NOT NULL CONSTRAINT watched_shapes_pkey PRIMARY KEY,
        seen_until timestamptz NOT NULL,
        used_at timestamptz NOT NULL,
        state bytea
      )`);
    // Written every five minutes: to compress it would take longer than all the rest.
    await runner.query(`ALTER TABLE watched_shapes ALTER COLUMN state SET STORAGE EXTERNAL`);
    await runner.query(`CREATE INDEX watched_shapes_seen_until_idx ON watched_shapes (seen_until)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE watched_shapes`);
  }
}

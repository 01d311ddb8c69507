import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who was erased, and how far that has come. */
export class Erasures1764170000000 implements MigrationInterface {
  name = 'Erasures1764170000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE erasures (
        user_id uuid NOT NULL CONSTRAINT erasures_pkey PRIMARY KEY,
        requested_at timestamptz NOT NULL,
        redacted bigint NOT NULL DEFAULT 0,
        swept_at timestamptz,
        finished_at timestamptz
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE erasures`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys that changed the shape of their requests, until it is known how many others did. */
export class ShapeChanges1764250000000 implements MigrationInterface {
  name = 'ShapeChanges1764250000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE shape_changes (
        key_id uuid NOT NULL,
        at timestamptz NOT NULL,
        evidence jsonb NOT NULL,
        is_settled boolean NOT NULL DEFAULT false,
        CONSTRAINT shape_changes_pkey PRIMARY KEY (key_id, at)
      )`);
    await runner.query(`CREATE INDEX shape_changes_at_idx ON shape_changes (at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE shape_changes`);
  }
}

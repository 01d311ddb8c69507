import type { MigrationInterface, QueryRunner } from 'typeorm';

export class InsightDigests1764260000000 implements MigrationInterface {
  name = 'InsightDigests1764260000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE insight_digests (
        owner_id uuid NOT NULL,
        week date NOT NULL,
        digest jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT insight_digests_pkey PRIMARY KEY (owner_id, week)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE insight_digests`);
  }
}

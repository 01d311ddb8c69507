import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AnomalyBudget1764190000000 implements MigrationInterface {
  name = 'AnomalyBudget1764190000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE anomaly_budget (
        id smallint NOT NULL CONSTRAINT anomaly_budget_pkey PRIMARY KEY,
        budget double precision NOT NULL,
        watched_since timestamptz,
        thresholds jsonb,
        calibrated_at timestamptz
      )`);
    await runner.query(`INSERT INTO anomaly_budget (id, budget) VALUES (1, 2)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE anomaly_budget`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Jobs1763850000000 implements MigrationInterface {
  name = 'Jobs1763850000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE job_runs (
        id uuid NOT NULL CONSTRAINT job_runs_pkey PRIMARY KEY,
        name text NOT NULL,
        started_at timestamptz NOT NULL,
        finished_at timestamptz,
        items integer NOT NULL DEFAULT 0,
        error text
      )`);
    await runner.query(`CREATE INDEX job_runs_name_idx ON job_runs (name, started_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE job_runs`);
  }
}

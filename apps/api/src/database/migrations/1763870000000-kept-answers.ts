import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeptAnswers1763870000000 implements MigrationInterface {
  name = 'KeptAnswers1763870000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE kept_answers (
        request bytea NOT NULL CONSTRAINT kept_answers_pkey PRIMARY KEY,
        subject_id uuid NOT NULL,
        answer bytea,
        created_at timestamptz NOT NULL
      )`);
    await runner.query(`CREATE INDEX kept_answers_created_at_idx ON kept_answers (created_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE kept_answers`);
  }
}

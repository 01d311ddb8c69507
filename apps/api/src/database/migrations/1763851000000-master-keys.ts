import type { MigrationInterface, QueryRunner } from 'typeorm';

export class MasterKeys1763851000000 implements MigrationInterface {
  name = 'MasterKeys1763851000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE master_keys (
        id text NOT NULL CONSTRAINT master_keys_pkey PRIMARY KEY,
        check_value bytea NOT NULL,
        created_at timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE master_keys`);
  }
}

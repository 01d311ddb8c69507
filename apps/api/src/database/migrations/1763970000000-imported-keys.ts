import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ImportedKeys1763970000000 implements MigrationInterface {
  name = 'ImportedKeys1763970000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE api_key_secrets ADD COLUMN is_imported boolean NOT NULL DEFAULT false`);
    await runner.query(`CREATE INDEX api_key_secrets_imported_idx ON api_key_secrets (id) WHERE is_imported`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX api_key_secrets_imported_idx`);
    await runner.query(`ALTER TABLE api_key_secrets DROP COLUMN is_imported`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SecretMeta1763880000000 implements MigrationInterface {
  name = 'SecretMeta1763880000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE api_keys ADD COLUMN secret_meta bytea`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE api_keys DROP COLUMN secret_meta`);
  }
}

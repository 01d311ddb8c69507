import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys that are laid out to be found by whoever looks for keys where none should be looked for. */
export class CanaryKeys1764210000000 implements MigrationInterface {
  name = 'CanaryKeys1764210000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE api_keys ADD COLUMN is_canary boolean NOT NULL DEFAULT false`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE api_keys DROP COLUMN is_canary`);
  }
}

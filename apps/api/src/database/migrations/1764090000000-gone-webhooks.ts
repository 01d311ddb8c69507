import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Endpoints that said that they are gone are told nothing more. */
export class GoneWebhooks1764090000000 implements MigrationInterface {
  name = 'GoneWebhooks1764090000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE webhook_endpoints ADD COLUMN disabled_at timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE webhook_endpoints DROP COLUMN disabled_at`);
  }
}

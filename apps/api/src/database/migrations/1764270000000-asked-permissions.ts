import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was asked of each key, and granted. */
export class AskedPermissions1764270000000 implements MigrationInterface {
  name = 'AskedPermissions1764270000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE asked_permissions (
        key_id uuid NOT NULL,
        permission text NOT NULL,
        first_on date NOT NULL,
        last_on date NOT NULL,
        CONSTRAINT asked_permissions_pkey PRIMARY KEY (key_id, permission)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE asked_permissions`);
  }
}

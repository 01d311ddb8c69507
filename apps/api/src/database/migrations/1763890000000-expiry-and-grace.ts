import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ExpiryAndGrace1763890000000 implements MigrationInterface {
  name = 'ExpiryAndGrace1763890000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE api_keys ADD COLUMN expiry_told_for timestamptz`);
    await runner.query(`CREATE INDEX api_keys_expires_at_idx ON api_keys (expires_at) WHERE state = 'active'`);
    await runner.query(`ALTER TABLE api_key_secrets ADD COLUMN is_retirement_told boolean NOT NULL DEFAULT false`);
    // What retired before anybody watched is not news any more.
    await runner.query(`UPDATE api_key_secrets SET is_retirement_told = true WHERE retired_at <= now()`);
    await runner.query(
      `CREATE INDEX api_key_secrets_retiring_idx ON api_key_secrets (retired_at) WHERE NOT is_retirement_told`,
    );
    await runner.query(`
      CREATE TABLE expiry_warnings (
        key_id uuid NOT NULL,
        expires_at timestamptz NOT NULL,
        days_before integer NOT NULL,
        warned_at timestamptz NOT NULL,
        CONSTRAINT expiry_warnings_pkey PRIMARY KEY (key_id, expires_at, days_before)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE expiry_warnings`);
    await runner.query(`ALTER TABLE api_key_secrets DROP COLUMN is_retirement_told`);
    await runner.query(`DROP INDEX api_keys_expires_at_idx`);
    await runner.query(`ALTER TABLE api_keys DROP COLUMN expiry_told_for`);
  }
}

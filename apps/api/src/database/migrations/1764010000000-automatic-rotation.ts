import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AutomaticRotation1764010000000 implements MigrationInterface {
  name = 'AutomaticRotation1764010000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE api_keys ADD COLUMN rotate_every_days smallint, ADD COLUMN rotation_grace_hours smallint,
        ADD CONSTRAINT api_keys_rotation_check CHECK ((rotate_every_days IS NULL) = (rotation_grace_hours IS NULL))`);
    await runner.query(`
      CREATE INDEX api_keys_rotating_idx ON api_keys (id) WHERE state = 'active' AND rotate_every_days IS NOT NULL`);
    await runner.query(`
      CREATE TABLE waiting_secrets (
        id uuid NOT NULL CONSTRAINT waiting_secrets_pkey PRIMARY KEY
          CONSTRAINT waiting_secrets_id_fkey REFERENCES api_key_secrets (id),
        key_id uuid NOT NULL,
        token_digest bytea NOT NULL,
        sealed bytea NOT NULL,
        created_at timestamptz NOT NULL,
        reminders_given smallint NOT NULL DEFAULT 0
      )`);
    await runner.query(`CREATE UNIQUE INDEX waiting_secrets_key_id_key ON waiting_secrets (key_id)`);
    await runner.query(`CREATE UNIQUE INDEX waiting_secrets_token_digest_key ON waiting_secrets (token_digest)`);
    // Who chose the URLs that are there already is not known here: they are sent no tokens until they are set again.
    await runner.query(`ALTER TABLE webhook_endpoints ADD COLUMN receives_pickups boolean NOT NULL DEFAULT false`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE webhook_endpoints DROP COLUMN receives_pickups`);
    await runner.query(`DROP TABLE waiting_secrets`);
    await runner.query(`ALTER TABLE api_keys DROP COLUMN rotate_every_days, DROP COLUMN rotation_grace_hours`);
  }
}

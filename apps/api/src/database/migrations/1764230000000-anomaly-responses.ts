import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is done about alerts besides telling of them: nothing, until somebody switches it on. */
export class AnomalyResponses1764230000000 implements MigrationInterface {
  name = 'AnomalyResponses1764230000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE anomaly_response_policy (
        id smallint NOT NULL CONSTRAINT anomaly_response_policy_pkey PRIMARY KEY,
        mode text NOT NULL,
        mode_since timestamptz,
        medium text NOT NULL,
        high text NOT NULL,
        critical text NOT NULL,
        suspends_last_key boolean NOT NULL,
        tripped_at timestamptz,
        CONSTRAINT anomaly_response_policy_mode_check CHECK (mode IN ('off', 'dry_run', 'act'))
      )`);
    await runner.query(`
      INSERT INTO anomaly_response_policy (id, mode, medium, high, critical, suspends_last_key)
      VALUES (1, 'off', 'throttle', 'throttle', 'suspend', false)`);
    await runner.query(`
      ALTER TABLE anomalies ADD COLUMN response jsonb, ADD COLUMN responded_at timestamptz,
        ADD COLUMN undone_at timestamptz`);
    await runner.query(`
      CREATE INDEX anomalies_responded_at_idx ON anomalies (responded_at) WHERE responded_at IS NOT NULL`);
    await runner.query(`
      ALTER TABLE api_keys ADD COLUMN suspended_by uuid, ADD COLUMN throttle_per_minute integer,
        ADD COLUMN throttled_until timestamptz,
        ADD CONSTRAINT api_keys_throttle_check CHECK ((throttle_per_minute IS NULL) = (throttled_until IS NULL))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE api_keys DROP COLUMN suspended_by, DROP COLUMN throttle_per_minute, DROP COLUMN throttled_until`);
    await runner.query(`
      ALTER TABLE anomalies DROP COLUMN response, DROP COLUMN responded_at, DROP COLUMN undone_at`);
    await runner.query(`DROP TABLE anomaly_response_policy`);
  }
}

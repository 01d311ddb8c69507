import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Webhooks1763950000000 implements MigrationInterface {
  name = 'Webhooks1763950000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE webhook_endpoints (
        id uuid NOT NULL CONSTRAINT webhook_endpoints_pkey PRIMARY KEY,
        owner_id uuid,
        url text NOT NULL,
        events text[] NOT NULL,
        scope text NOT NULL CONSTRAINT webhook_endpoints_scope_check CHECK (scope IN ('own', 'all')),
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      )`);
    await runner.query(`CREATE INDEX webhook_endpoints_owner_id_idx ON webhook_endpoints (owner_id, created_at)`);
    await runner.query(`
      CREATE TABLE webhook_secrets (
        id uuid NOT NULL CONSTRAINT webhook_secrets_pkey PRIMARY KEY,
        endpoint_id uuid NOT NULL CONSTRAINT webhook_secrets_endpoint_id_fkey
          REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
        sealed bytea NOT NULL,
        created_at timestamptz NOT NULL,
        retired_at timestamptz
      )`);
    await runner.query(`CREATE INDEX webhook_secrets_endpoint_id_idx ON webhook_secrets (endpoint_id)`);
    await runner.query(
      `CREATE UNIQUE INDEX webhook_secrets_current_key ON webhook_secrets (endpoint_id) WHERE retired_at IS NULL`,
    );
    await runner.query(`
      CREATE TABLE webhook_deliveries (
        id uuid NOT NULL CONSTRAINT webhook_deliveries_pkey PRIMARY KEY,
        endpoint_id uuid NOT NULL CONSTRAINT webhook_deliveries_endpoint_id_fkey
          REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
        event_id uuid NOT NULL,
        event_type text NOT NULL,
        subject_id uuid,
        position bigint NOT NULL,
        state text NOT NULL CONSTRAINT webhook_deliveries_state_check
          CHECK (state IN ('pending', 'delivered', 'dead_lettered')),
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz NOT NULL,
        lease_id uuid,
        give_up_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        last_attempt_at timestamptz,
        response_status smallint,
        failure text,
        settled_at timestamptz,
        CONSTRAINT webhook_deliveries_endpoint_id_event_id_key UNIQUE (endpoint_id, event_id)
      )`);
    await runner.query(
      `CREATE INDEX webhook_deliveries_endpoint_id_idx ON webhook_deliveries (endpoint_id, created_at, id)`,
    );
    await runner.query(`CREATE INDEX webhook_deliveries_event_id_idx ON webhook_deliveries (event_id)`);
    await runner.query(
      `CREATE INDEX webhook_deliveries_due_idx ON webhook_deliveries (endpoint_id, next_attempt_at)
        WHERE state = 'pending'`,
    );
    await runner.query(
      `CREATE INDEX webhook_deliveries_subject_idx ON webhook_deliveries (endpoint_id, subject_id, position)
        WHERE state = 'pending'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['webhook_deliveries', 'webhook_secrets', 'webhook_endpoints']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}

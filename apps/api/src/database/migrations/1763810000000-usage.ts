import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Usage1763810000000 implements MigrationInterface {
  name = 'Usage1763810000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE usage_events (
        timestamp timestamptz NOT NULL,
        id uuid NOT NULL,
        key_id uuid,
        secret_id uuid,
        owner_id uuid,
        outcome text NOT NULL,
        latency_us integer NOT NULL,
        request_id text NOT NULL,
        ip_address text,
        user_agent text,
        method text NOT NULL,
        endpoint text NOT NULL,
        CONSTRAINT usage_events_pkey PRIMARY KEY (timestamp, id)
      )`);
    await runner.query(`CREATE INDEX usage_events_key_id_idx ON usage_events (key_id, timestamp)`);
    await runner.query(`CREATE INDEX usage_events_owner_id_idx ON usage_events (owner_id, timestamp)`);
    await runner.query(`
      CREATE TABLE key_usage (
        key_id uuid NOT NULL,
        secret_id uuid NOT NULL,
        usage_count bigint NOT NULL,
        last_used_at timestamptz NOT NULL,
        CONSTRAINT key_usage_pkey PRIMARY KEY (key_id, secret_id)
      )`);
    await runner.query(`
      CREATE TABLE usage_spools (
        id uuid NOT NULL CONSTRAINT usage_spools_pkey PRIMARY KEY,
        position bigint NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['usage_spools', 'key_usage', 'usage_events']) await runner.query(`DROP TABLE ${table}`);
  }
}

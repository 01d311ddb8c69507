import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is noticed about keys, and what is remembered for it. The watch begins with the uses that come from now on. */
export class Anomalies1764150000000 implements MigrationInterface {
  name = 'Anomalies1764150000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE anomalies (
        id uuid NOT NULL CONSTRAINT anomalies_pkey PRIMARY KEY,
        key_id uuid,
        owner_id uuid,
        type text NOT NULL,
        severity text NOT NULL,
        description text NOT NULL,
        evidence jsonb NOT NULL,
        action_taken text NOT NULL,
        created_at timestamptz NOT NULL,
        resolved_at timestamptz,
        is_confirmed boolean NOT NULL DEFAULT false
      )`);
    await runner.query(`CREATE INDEX anomalies_created_at_idx ON anomalies (created_at, id)`);
    await runner.query(`CREATE INDEX anomalies_owner_id_idx ON anomalies (owner_id, created_at, id)`);
    await runner.query(`CREATE INDEX anomalies_key_id_idx ON anomalies (key_id, created_at, id)`);
    await runner.query(`
      CREATE TABLE anomaly_mutes (
        key_id uuid NOT NULL,
        kind text NOT NULL,
        until timestamptz NOT NULL,
        CONSTRAINT anomaly_mutes_pkey PRIMARY KEY (key_id, kind)
      )`);
    // Rows of keys in use are written all the time: room for their next version spares the index.
    await runner.query(`
      CREATE TABLE watched_keys (
        key_id uuid NOT NULL CONSTRAINT watched_keys_pkey PRIMARY KEY,
        seen_until timestamptz NOT NULL,
        place bytea NOT NULL,
        denied bytea NOT NULL,
        sharing bytea NOT NULL,
        dormant bytea NOT NULL,
        retired_secret bytea NOT NULL,
        quiet jsonb NOT NULL
      ) WITH (fillfactor = 70)`);
    await runner.query(`
      CREATE TABLE anomaly_watch (
        id smallint NOT NULL CONSTRAINT anomaly_watch_pkey PRIMARY KEY,
        position bigint NOT NULL,
        pool bytea,
        stuffing bytea,
        quiet jsonb
      )`);
    await runner.query(`INSERT INTO anomaly_watch (id, position) SELECT 1, size FROM audit_tree`);
    await runner.query(`
      CREATE TABLE key_evidence (
        key_id uuid NOT NULL,
        day date NOT NULL,
        kind text NOT NULL,
        e double precision NOT NULL,
        CONSTRAINT key_evidence_pkey PRIMARY KEY (key_id, day, kind)
      )`);
    await runner.query(`CREATE INDEX key_evidence_day_idx ON key_evidence (day)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['key_evidence', 'anomaly_watch', 'watched_keys', 'anomaly_mutes', 'anomalies'])
      await runner.query(`DROP TABLE ${table}`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What finds uses in the log, and counts them, without reading them. */
export class LogIndex1764100000000 implements MigrationInterface {
  name = 'LogIndex1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE usage_outcomes (
        owner_id uuid NOT NULL,
        hour timestamptz NOT NULL,
        outcome text NOT NULL,
        uses bigint NOT NULL,
        CONSTRAINT usage_outcomes_pkey PRIMARY KEY (owner_id, hour, outcome)
      ) WITH (fillfactor = 80)`);
    await runner.query(`
      CREATE TABLE usage_texts (
        kind text NOT NULL,
        text text NOT NULL,
        CONSTRAINT usage_texts_pkey PRIMARY KEY (kind, text)
      )`);
    await runner.query(`
      CREATE TABLE usage_text_hours (
        kind text NOT NULL,
        text text NOT NULL,
        hour timestamptz NOT NULL,
        minute timestamptz,
        CONSTRAINT usage_text_hours_pkey PRIMARY KEY (kind, text, hour)
      )`);
    await runner.query(`CREATE INDEX usage_text_hours_hour_idx ON usage_text_hours USING brin (hour)`);
    for (const statement of BACKFILL) await runner.query(statement);
    await runner.query(`CREATE INDEX usage_events_ip_address_idx ON usage_events (ip_address, timestamp)`);
    // It also serves what the index of limited uses alone served before.
    await runner.query(`
      CREATE INDEX usage_events_refused_idx ON usage_events (outcome, timestamp) INCLUDE (key_id)
      WHERE outcome <> 'VALID'`);
    await runner.query(`DROP INDEX usage_events_limited_idx`);
    await runner.query(`CREATE INDEX audit_log_action_idx ON audit_log (action, timestamp)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX audit_log_action_idx`);
    await runner.query(`
      CREATE INDEX usage_events_limited_idx ON usage_events (timestamp, key_id) WHERE outcome = 'RATE_LIMITED'`);
    for (const index of ['usage_events_refused_idx', 'usage_events_ip_address_idx'])
      await runner.query(`DROP INDEX ${index}`);
    for (const table of ['usage_text_hours', 'usage_texts', 'usage_outcomes'])
      await runner.query(`DROP TABLE ${table}`);
  }
}

/** From the uses there are already. */
const BACKFILL = [
  `INSERT INTO usage_outcomes (owner_id, hour, outcome, uses)
   SELECT whose, date_bin('1 hour', timestamp, 'epoch'), outcome, count(*)
   FROM usage_events, LATERAL (VALUES ('00000000-0000-0000-0000-000000000000'::uuid), (owner_id)) AS of (whose)
   WHERE whose IS NOT NULL GROUP BY 1, 2, 3`,
  `INSERT INTO usage_text_hours (kind, text, hour, minute)
   SELECT kind, text, date_bin('1 hour', timestamp, 'epoch'), CASE
     WHEN date_bin('1 minute', min(timestamp), 'epoch') = date_bin('1 minute', max(timestamp), 'epoch')
     THEN date_bin('1 minute', min(timestamp), 'epoch') END
   FROM usage_events, LATERAL (VALUES ('agent', user_agent), ('endpoint', endpoint), ('method', method)) AS of (kind, text)
   WHERE text IS NOT NULL GROUP BY 1, 2, 3`,
  `INSERT INTO usage_texts (kind, text) SELECT DISTINCT kind, text FROM usage_text_hours`,
];

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Cuts the uses of keys into days, and counts them by the minute and by the hour. */
export class UsageDays1764030000000 implements MigrationInterface {
  name = 'UsageDays1764030000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE usage_events RENAME TO usage_events_undivided`);
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
        leaf bigint,
        salt bytea,
        commitment bytea
      ) PARTITION BY RANGE (timestamp)`);
    // A partition is attached, not created as one: that would wait for all who read and hold up all who write. There is
    // none for what has none: with it, the days would no longer be read in their order.
    await runner.query(`
      CREATE FUNCTION make_usage_day(day date) RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      DECLARE
        partition text := 'usage_events_' || to_char(day, 'YYYYMMDD');
      BEGIN
        PERFORM pg_advisory_xact_lock('usage_events'::regclass::bigint);
        IF to_regclass(partition) IS NOT NULL THEN
          RETURN false;
        END IF;
        EXECUTE format('CREATE TABLE %I (LIKE usage_events INCLUDING ALL)', partition);
        EXECUTE format('ALTER TABLE usage_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition,
          to_char(day, 'YYYY-MM-DD 00:00:00+00'), to_char(day + 1, 'YYYY-MM-DD 00:00:00+00'));
        RETURN true;
      END $$`);
    // An instance of the release before, which knows nothing of days, may go on for a while.
    await runner.query(`
      SELECT make_usage_day(day) FROM (
        SELECT DISTINCT (timestamp AT TIME ZONE 'UTC')::date AS day FROM usage_events_undivided
        UNION SELECT (now() AT TIME ZONE 'UTC')::date + ahead FROM generate_series(0, 7) AS ahead
          WHERE EXISTS (SELECT FROM usage_events_undivided)
      ) AS used`);
    await runner.query(`INSERT INTO usage_events (${COLUMNS}) SELECT ${COLUMNS} FROM usage_events_undivided`);
    await runner.query(`DROP TABLE usage_events_undivided`);
    await indexEvents(runner);
    for (const { table, unit, step } of ROLLUPS) {
      // Room in each page for new versions of its rows: most uses add to a row that is there.
      await runner.query(`
        CREATE TABLE ${table} (
          key_id uuid NOT NULL,
          ${unit} timestamptz NOT NULL,
          secret_id uuid NOT NULL,
          outcome text NOT NULL,
          uses bigint NOT NULL,
          latency_us_sum bigint NOT NULL,
          latency_us_max integer NOT NULL,
          CONSTRAINT ${table}_pkey PRIMARY KEY (key_id, ${unit}, secret_id, outcome)
        ) WITH (fillfactor = 80)`);
      await runner.query(`CREATE INDEX ${table}_${unit}_idx ON ${table} USING brin (${unit})`);
      await runner.query(`
        INSERT INTO ${table} (key_id, ${unit}, secret_id, outcome, uses, latency_us_sum, latency_us_max)
        SELECT COALESCE(key_id, '${NOBODY}'), date_bin('${step}', timestamp, 'epoch'), COALESCE(secret_id, '${NOBODY}'),
          outcome, count(*), sum(latency_us), max(latency_us)
        FROM usage_events GROUP BY 1, 2, 3, 4`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { table } of ROLLUPS) await runner.query(`DROP TABLE ${table}`);
    await runner.query(`CREATE TABLE usage_events_undivided (LIKE usage_events INCLUDING DEFAULTS)`);
    for (const column of ['leaf', 'salt', 'commitment'])
      await runner.query(`ALTER TABLE usage_events_undivided DROP COLUMN ${column}`);
    await runner.query(`INSERT INTO usage_events_undivided (${COLUMNS}) SELECT ${COLUMNS} FROM usage_events`);
    await runner.query(`DROP TABLE usage_events`);
    await runner.query(`DROP FUNCTION make_usage_day`);
    await runner.query(`ALTER TABLE usage_events_undivided RENAME TO usage_events`);
    await indexEvents(runner);
  }
}

const COLUMNS =
  'timestamp, id, key_id, secret_id, owner_id, outcome, latency_us, request_id, ip_address, user_agent, method, endpoint';

/** Stands for no key and for no secret: a primary key has no room for NULL. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

const ROLLUPS = [
  { table: 'usage_minutes', unit: 'minute', step: '1 minute' },
  { table: 'usage_hours', unit: 'hour', step: '1 hour' },
];

async function indexEvents(runner: QueryRunner): Promise<void> {
  await runner.query(`ALTER TABLE usage_events ADD CONSTRAINT usage_events_pkey PRIMARY KEY (timestamp, id)`);
  await runner.query(`CREATE INDEX usage_events_key_id_idx ON usage_events (key_id, timestamp)`);
  await runner.query(`CREATE INDEX usage_events_owner_id_idx ON usage_events (owner_id, timestamp)`);
  await runner.query(`
    CREATE INDEX usage_events_limited_idx ON usage_events (timestamp, key_id) WHERE outcome = 'RATE_LIMITED'`);
}

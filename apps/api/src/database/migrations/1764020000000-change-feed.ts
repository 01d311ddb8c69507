import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What changed, for whoever keeps a copy of it. Triggers write it, so that no path changes a key unseen, psql included.
 * It has no entity: nothing but the triggers writes it, and nothing but the feed reads it.
 */
export class ChangeFeed1764020000000 implements MigrationInterface {
  name = 'ChangeFeed1764020000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE change_feed (
        position bigint NOT NULL GENERATED ALWAYS AS IDENTITY CONSTRAINT change_feed_pkey PRIMARY KEY,
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        kind text NOT NULL CONSTRAINT change_feed_kind_check CHECK (kind IN ('key', 'user')),
        id uuid,
        changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
      )`);
    await runner.query(`CREATE INDEX change_feed_xid_idx ON change_feed (xid)`);
    // Arguments: the kind, and the column that holds its id. A row that moves from one id to another changes both, and a
    // statement on the whole table, TRUNCATE, changes all: then the id is null.
    await runner.query(`
      CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      DECLARE
        changed uuid[] := ARRAY[NULL];
      BEGIN
        IF TG_LEVEL = 'ROW' THEN
          changed := ARRAY(
            SELECT DISTINCT noted FROM unnest(ARRAY[to_jsonb(OLD), to_jsonb(NEW)]) AS version,
              CAST(version ->> TG_ARGV[1] AS uuid) AS noted
            WHERE noted IS NOT NULL);
        END IF;
        INSERT INTO change_feed (kind, id) SELECT TG_ARGV[0], unnest(changed);
        PERFORM pg_notify('change_feed', concat_ws(' ', TG_ARGV[0], noted)) FROM unnest(changed) AS noted;
        RETURN NULL;
      END $$`);
    for (const { table, kind, column, updates } of NOTED) {
      await runner.query(`
        CREATE TRIGGER ${table}_note_change AFTER INSERT OR UPDATE ${updates} OR DELETE ON ${table}
          FOR EACH ROW EXECUTE FUNCTION note_change('${kind}', '${column}')`);
      await runner.query(`
        CREATE TRIGGER ${table}_note_truncation AFTER TRUNCATE ON ${table}
          FOR EACH STATEMENT EXECUTE FUNCTION note_change('${kind}')`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { table } of NOTED) {
      await runner.query(`DROP TRIGGER ${table}_note_change ON ${table}`);
      await runner.query(`DROP TRIGGER ${table}_note_truncation ON ${table}`);
    }
    await runner.query(`DROP FUNCTION note_change`);
    await runner.query(`DROP TABLE change_feed`);
  }
}

/** Of a person only what their keys may do: every sign-in updates the row. */
const NOTED = [
  { table: 'api_keys', kind: 'key', column: 'id', updates: '' },
  { table: 'api_key_secrets', kind: 'key', column: 'key_id', updates: '' },
  { table: 'users', kind: 'user', column: 'id', updates: 'OF role, is_active' },
];

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Has lists of keys read from their first on, in each of their orders, and searched without folding every text anew. */
export class KeyLists1764220000000 implements MigrationInterface {
  name = 'KeyLists1764220000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const index of INDEXES) await runner.query(`CREATE INDEX ${index}`);
    for (const { table, written, text } of SEARCHED) {
      // Filled as a generated column is, which wakes no trigger. It is none in the end: TypeORM would want a table of
      // its own to know what it is generated from.
      await runner.query(
        `ALTER TABLE ${table} ADD COLUMN found_by text NOT NULL GENERATED ALWAYS AS (${text('')}) STORED`,
      );
      await runner.query(`ALTER TABLE ${table} ALTER COLUMN found_by DROP EXPRESSION`);
      await runner.query(`
        CREATE FUNCTION ${table}_found_by() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          NEW.found_by := ${text('NEW.')};
          RETURN NEW;
        END $$`);
      await runner.query(`
        CREATE TRIGGER ${table}_found_by BEFORE INSERT OR UPDATE OF ${written} ON ${table}
          FOR EACH ROW EXECUTE FUNCTION ${table}_found_by()`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { table } of SEARCHED) {
      await runner.query(`DROP TRIGGER ${table}_found_by ON ${table}`);
      await runner.query(`DROP FUNCTION ${table}_found_by`);
      await runner.query(`ALTER TABLE ${table} DROP COLUMN found_by`);
    }
    for (const index of INDEXES) await runner.query(`DROP INDEX ${index.split(' ')[0] ?? ''}`);
  }
}

const INDEXES = [
  `api_keys_created_at_idx ON api_keys (created_at, id)`,
  `api_keys_name_idx ON api_keys (name, id)`,
  `api_keys_expiry_idx ON api_keys ((COALESCE(expires_at, 'infinity'::timestamptz)), id)`,
  `api_keys_admin_idx ON api_keys (created_at, id) WHERE permissions && '{admin,akm:*}'`,
  `api_keys_address_lists_idx ON api_keys (id) WHERE cardinality(allowed_ips) > 1`,
];

const SEARCHED = [
  {
    table: 'api_keys',
    written: 'name, external_id',
    text: (row: string) => `lower(${row}name || E'\\n' || COALESCE(${row}external_id, ''))`,
  },
  { table: 'api_key_secrets', written: 'display', text: (row: string) => `lower(${row}display)` },
];

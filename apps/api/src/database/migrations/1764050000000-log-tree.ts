import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The tree over the entries of the log. Only its one row has an entity; nothing but log-tree/ reads or writes the rest.
 * Entries from before are given their place like new ones, at the first start.
 */
export class LogTree1764050000000 implements MigrationInterface {
  name = 'LogTree1764050000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_tree (
        id uuid NOT NULL CONSTRAINT audit_tree_pkey PRIMARY KEY,
        size bigint NOT NULL,
        frontier bytea NOT NULL,
        signing_key bytea,
        opened_at timestamptz
      )`);
    // A name and a key of its own it gets when a server opens it: this row may be in a template.
    await runner.query(`INSERT INTO audit_tree (id, size, frontier) VALUES (gen_random_uuid(), 0, '')`);
    await runner.query(`
      CREATE TABLE audit_tiles (
        level smallint NOT NULL,
        index bigint NOT NULL,
        hashes bytea NOT NULL,
        CONSTRAINT audit_tiles_pkey PRIMARY KEY (level, index)
      )`);
    // Nobody compresses hashes.
    await runner.query(`ALTER TABLE audit_tiles ALTER COLUMN hashes SET STORAGE EXTERNAL`);
    await runner.query(`
      CREATE TABLE audit_checkpoints (
        size bigint NOT NULL CONSTRAINT audit_checkpoints_pkey PRIMARY KEY,
        note text NOT NULL,
        signed_at timestamptz NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE retired_leaves (
        id uuid NOT NULL CONSTRAINT retired_leaves_pkey PRIMARY KEY,
        leaves int8multirange NOT NULL,
        note text NOT NULL
      )`);
    await runner.query(`ALTER TABLE audit_log ADD leaf bigint, ADD salt bytea, ADD commitment bytea`);
    await runner.query(`CREATE INDEX audit_log_leaf_idx ON audit_log (leaf)`);
    await runner.query(`CREATE INDEX usage_events_leaf_idx ON usage_events (leaf)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX usage_events_leaf_idx`);
    await runner.query(`DROP INDEX audit_log_leaf_idx`);
    await runner.query(`ALTER TABLE audit_log DROP leaf, DROP salt, DROP commitment`);
    for (const table of ['retired_leaves', 'audit_checkpoints', 'audit_tiles', 'audit_tree'])
      await runner.query(`DROP TABLE ${table}`);
  }
}

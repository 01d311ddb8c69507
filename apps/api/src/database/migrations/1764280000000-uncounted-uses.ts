import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lists the batches of uses that are stored and not yet counted. */
export class UncountedUses1764280000000 implements MigrationInterface {
  name = 'UncountedUses1764280000000';

  async up(runner: QueryRunner): Promise<void> {
    // Empty to begin with: the release before counted what it stored, and goes on doing so while both run.
    await runner.query(`
      CREATE TABLE usage_uncounted (
        leaf bigint NOT NULL CONSTRAINT usage_uncounted_pkey PRIMARY KEY,
        uses integer NOT NULL,
        first_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const [left] = (await runner.query(`SELECT FROM usage_uncounted LIMIT 1`)) as unknown[];
    if (left) throw new Error('Uses wait to be counted: start and end the server once before going back');
    await runner.query(`DROP TABLE usage_uncounted`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class LimitNotices1763960000000 implements MigrationInterface {
  name = 'LimitNotices1763960000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE limit_notices (
        key_id uuid NOT NULL CONSTRAINT limit_notices_pkey PRIMARY KEY,
        told_until timestamptz NOT NULL
      )`);
    await runner.query(`
      CREATE INDEX usage_events_limited_idx ON usage_events (timestamp, key_id) WHERE outcome = 'RATE_LIMITED'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX usage_events_limited_idx`);
    await runner.query(`DROP TABLE limit_notices`);
  }
}

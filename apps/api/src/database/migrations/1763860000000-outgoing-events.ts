import type { MigrationInterface, QueryRunner } from 'typeorm';

export class OutgoingEvents1763860000000 implements MigrationInterface {
  name = 'OutgoingEvents1763860000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outgoing_events (
        id uuid NOT NULL CONSTRAINT outgoing_events_pkey PRIMARY KEY,
        position bigserial NOT NULL,
        type text NOT NULL,
        owner_id uuid,
        subject_id uuid,
        data json NOT NULL,
        occurred_at timestamptz NOT NULL,
        dispatched_at timestamptz
      )`);
    await runner.query(
      `CREATE INDEX outgoing_events_waiting_idx ON outgoing_events (position) WHERE dispatched_at IS NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE outgoing_events`);
  }
}

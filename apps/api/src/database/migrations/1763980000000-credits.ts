import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Credits1763980000000 implements MigrationInterface {
  name = 'Credits1763980000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE api_keys ADD COLUMN has_credits boolean NOT NULL DEFAULT false`);
    await runner.query(`
      CREATE TABLE key_credits (
        key_id uuid NOT NULL CONSTRAINT key_credits_pkey PRIMARY KEY
          CONSTRAINT key_credits_key_id_fkey REFERENCES api_keys (id),
        remaining integer NOT NULL CONSTRAINT key_credits_remaining_check CHECK (remaining >= 0),
        refill_amount integer,
        refill_interval text CONSTRAINT key_credits_refill_interval_check
          CHECK (refill_interval IN ('daily', 'monthly')),
        refilled_at timestamptz NOT NULL
      ) WITH (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE key_credits`);
    await runner.query(`ALTER TABLE api_keys DROP COLUMN has_credits`);
  }
}

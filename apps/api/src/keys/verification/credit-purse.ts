import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { type Credits, creditsAt } from '#domain';
import { creditsOfRow } from '../credits.js';
import type { KeyCredits } from '../key-credits.entity.js';
import { unavailable } from './unavailable.js';

const READ_SQL = `
  SELECT remaining, refill_amount AS "refillAmount", refill_interval AS "refillInterval", refilled_at AS "refilledAt"
  FROM key_credits WHERE key_id = $1`;

/** Whoever comes first in a period refills, and only the first: the others find the period taken. */
const REFILL_SQL = `
  UPDATE key_credits SET remaining = GREATEST(remaining, refill_amount), refilled_at = $2
  WHERE key_id = $1 AND refilled_at < $2`;

const SPEND_SQL = `
  UPDATE key_credits SET remaining = remaining - $2 WHERE key_id = $1 AND remaining >= $2 RETURNING remaining`;

/** Reads and spends the credits of a key in the database itself: however many instances spend, none is spent twice. */
@Injectable()
export class CreditPurse {
  constructor(private readonly dataSource: DataSource) {}

  /** As they are stored: `creditsAt` says what they are now. Null for a key that lost its credits meanwhile. */
  async read(keyId: string): Promise<Credits | null> {
    const values = [keyId];
    const { rows } = await this.run<KeyCredits>('read_credits', READ_SQL, values);
    return rows[0] ? creditsOfRow(rows[0]) : null;
  }

  /**
   * @param stored what `read` answered.
   * @returns what is left, or null when others left too little.
   */
  async spend(keyId: string, stored: Credits, cost: number, now: number): Promise<number | null> {
    const { refilledAt } = creditsAt(stored, now);
    if (refilledAt !== stored.refilledAt) {
      const values = [keyId, new Date(refilledAt)];
      await this.run('refill_credits', REFILL_SQL, values);
    }
    const values = [keyId, cost];
    const { rows } = await this.run<{ remaining: number }>('spend_credits', SPEND_SQL, values);
    return rows[0]?.remaining ?? null;
  }

  private run<Row extends object>(name: string, text: string, values: unknown[]) {
    const pool = (this.dataSource.driver as PostgresDriver).master as Pool;
    return pool.query<Row>({ name, text, values }).catch(unavailable);
  }
}

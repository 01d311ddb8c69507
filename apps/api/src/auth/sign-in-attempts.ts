import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '#domain';
import { Config } from '../config/config.js';

export type AttemptAdmission =
  | { readonly isLocked: true; readonly retryAfterSeconds: number }
  /** `locksUntil`: if this one fails, the address is locked until then; null: it is not. */
  | { readonly isLocked: false; readonly locksUntil: Date | null };

/** Without another failure for so long, earlier ones are forgotten. */
const REMEMBERED_MS = 86_400_000;

/**
 * The lockout. An attempt is counted before its password is looked at, in a statement of its own: parallel guesses cannot
 * slip past the limit together, and no rollback takes a failure back. Success wipes the count.
 */
@Injectable()
export class SignInAttempts {
  private refusals = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** Attempts that this instance refused because of a lock. */
  get refused(): number {
    return this.refusals;
  }

  /** Counts one attempt on a canonical e-mail address, or refuses it while the address is locked. */
  async begin(email: string): Promise<AttemptAdmission> {
    const now = this.clock.now();
    const { maxLoginAttempts, lockoutMs } = this.config.auth;
    const lockEnd = new Date(now + lockoutMs);
    const parameters = [digest(email), maxLoginAttempts, new Date(now), lockEnd];
    const [counted] = await this.dataSource.query<{ failures: number }[]>(BEGIN, parameters);
    if (counted) return { isLocked: false, locksUntil: counted.failures >= maxLoginAttempts ? lockEnd : null };
    this.refusals += 1;
    return { isLocked: true, retryAfterSeconds: await this.lockedForSeconds(email, now) };
  }

  /** Undoes one `begin` whose password was never looked at. */
  async takeBack(email: string): Promise<void> {
    await this.dataSource.query(TAKE_BACK, [digest(email), this.config.auth.maxLoginAttempts]);
  }

  /** Forgets the failures of an address, and of all addresses that nobody has tried for a day. */
  async wipe(manager: EntityManager, email: string): Promise<void> {
    const horizonMs = this.clock.now() - Math.max(REMEMBERED_MS, this.config.auth.lockoutMs);
    await manager.query(`DELETE FROM sign_in_attempts WHERE email_digest = $1 OR last_at < $2`, [
      digest(email),
      new Date(horizonMs),
    ]);
  }

  private async lockedForSeconds(email: string, now: number): Promise<number> {
    const [row] = await this.dataSource.query<{ locked_until: Date | null }[]>(
      `SELECT locked_until FROM sign_in_attempts WHERE email_digest = $1`,
      [digest(email)],
    );
    return Math.max(1, Math.ceil(((row?.locked_until?.getTime() ?? now) - now) / 1000));
  }
}

/** $1 digest, $2 failures that lock, $3 now, $4 end of a lock that begins now. No row: locked. */
const BEGIN = `
  INSERT INTO sign_in_attempts AS seen (email_digest, failures, locked_until, last_at)
  VALUES ($1, 1, CASE WHEN $2::integer <= 1 THEN $4::timestamptz END, $3)
  ON CONFLICT (email_digest) DO UPDATE SET
    failures = CASE WHEN seen.locked_until IS NULL THEN seen.failures + 1 ELSE 1 END,
    locked_until = CASE
      WHEN (CASE WHEN seen.locked_until IS NULL THEN seen.failures + 1 ELSE 1 END) >= $2::integer THEN $4::timestamptz
    END,
    last_at = $3
  WHERE seen.locked_until IS NULL OR seen.locked_until <= $3
  RETURNING failures`;

const TAKE_BACK = `
  UPDATE sign_in_attempts
  SET failures = greatest(failures - 1, 0), locked_until = CASE WHEN failures - 1 >= $2::integer THEN locked_until END
  WHERE email_digest = $1`;

function digest(email: string): Buffer {
  return createHash('sha256').update(email).digest();
}

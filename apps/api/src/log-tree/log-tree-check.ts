import { randomBytes } from 'node:crypto';
import type { QueryRunner } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { Clock } from '#domain';
import type { Config } from '../config/config.js';
import type { DatabaseCheck } from '../database/migrate.js';
import { Encryption } from '../encryption/encryption.js';
import { SEALED_COLUMNS } from '../encryption/sealed-columns.js';
import { CheckpointFolder } from './checkpoint-folder.js';
import { readSigner } from './log-signer.js';
import { isUnused, SealedStart, standingOf } from './log-standing.js';

const SEED_BYTES = 32;

/**
 * Gives a new log its name and its key, and refuses a log that is older than this installation knows it to have been, or
 * another one. Runs in the transaction of the migrations: one instance at a time, and a refusal leaves nothing behind.
 * @param warn is told when a new installation begins where there was another.
 * @throws SealedStart
 */
export function logTreeCheck(config: Config, clock: Clock, warn: (message: string) => void): DatabaseCheck {
  const prepare = logKeyCheck(config, clock);
  return async (runner) => {
    await prepare(runner);
    const { verifier } = await readSigner(runner, new Encryption(config));
    const folder = CheckpointFolder.in(config.database.dataDir);
    const standing = await standingOf(runner, folder, verifier);
    if (standing.kind === 'good') return;
    if (standing.kind !== 'another_log' || !(await isUnused(runner))) throw new SealedStart(standing);
    const aside = await folder.setAside(clock.now());
    warn(
      `The database is empty, and the checkpoints in DATA_DIR are of another one. akm begins anew: nobody and no key of ` +
        `before is known. The former checkpoints lie in ${aside}. If that is not what you want, stop akm, correct ` +
        `DATABASE_URL or DATA_DIR, and put them back as "checkpoints".`,
    );
  };
}

/** The first half of it, for the command that comes after a refusal. */
export function logKeyCheck(config: Config, clock: Clock): DatabaseCheck {
  return async (runner: QueryRunner) => {
    const id = uuidv7();
    const key = new Encryption(config).seal(
      SEALED_COLUMNS.logSigningKey,
      id,
      randomBytes(SEED_BYTES).toString('base64'),
    );
    await runner.query('UPDATE audit_tree SET id = $1, signing_key = $2, opened_at = $3 WHERE signing_key IS NULL', [
      id,
      key,
      new Date(clock.now()),
    ]);
  };
}

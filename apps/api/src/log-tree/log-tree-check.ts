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
import { SealedStart, standingOf } from './log-standing.js';

const SEED_BYTES = 32;

/**
 * Gives a new log its name and its key, and refuses a log that is older than this installation knows it to have been, or
 * another one. Runs in the transaction of the migrations: one instance at a time, and a refusal leaves nothing behind.
 * @throws SealedStart
 */
export function logTreeCheck(config: Config, clock: Clock): DatabaseCheck {
  const prepare = logKeyCheck(config, clock);
  return async (runner) => {
    await prepare(runner);
    const { verifier } = await readSigner(runner, new Encryption(config));
    const standing = await standingOf(runner, CheckpointFolder.in(config.database.dataDir), verifier);
    if (standing.kind !== 'good') throw new SealedStart(standing);
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

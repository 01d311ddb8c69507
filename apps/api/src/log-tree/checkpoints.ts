import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock, rootOf, signCheckpoint } from '#domain';
import { Config } from '../config/config.js';
import { CheckpointFolder } from './checkpoint-folder.js';
import { LogSigner } from './log-signer.js';
import { LogTree } from './log-tree.js';

/** A signed checkpoint, as a note. */
export interface KeptCheckpoint {
  readonly size: number;
  readonly note: string;
}

/** Two instances do not sign more often than one. */
const PAUSE_MS = 900;

/**
 * Signs what the log has come to, and keeps it where whoever changes the database does not reach: in the database for
 * proofs, in `DATA_DIR` and on the standard output against it. Only what has been committed is signed, and only what the
 * database has is put outside: a checkpoint never knows of more than the database, wherever a process is killed.
 */
@Injectable()
export class Checkpoints {
  readonly #folder: CheckpointFolder;
  /** The newest that this process has put outside. */
  #outside = -1;

  constructor(
    private readonly dataSource: DataSource,
    private readonly tree: LogTree,
    private readonly signer: LogSigner,
    private readonly clock: Clock,
    config: Config,
  ) {
    this.#folder = CheckpointFolder.in(config.database.dataDir);
  }

  /**
   * Signs if the log grew, and brings this process's folder up to date with whoever signed.
   * @param pauseMs nothing is signed if somebody has signed so shortly before.
   * @returns the note, when it was this call that signed.
   */
  async sign(pauseMs = PAUSE_MS): Promise<string | null> {
    const frontier = await this.tree.read();
    const newest = await this.newest();
    let signed: string | null = null;
    if (frontier.size > (newest?.size ?? 0)) {
      const note = signCheckpoint(frontier.size, rootOf(frontier), await this.signer.get());
      const now = this.clock.now();
      const kept = await this.dataSource.query<unknown[]>(KEEP, [
        frontier.size,
        note,
        new Date(now),
        new Date(now - pauseMs),
      ]);
      if (kept.length > 0) signed = note;
    }
    await this.#bringOutside();
    return signed;
  }

  async newest(): Promise<KeptCheckpoint | null> {
    const [row] = await this.dataSource.query<KeptCheckpoint[]>(
      'SELECT size::float8 AS size, note FROM audit_checkpoints ORDER BY audit_checkpoints.size DESC LIMIT 1',
    );
    return row ?? null;
  }

  async #bringOutside(): Promise<void> {
    const newest = await this.newest();
    if (newest === null || newest.size <= this.#outside) return;
    await this.#folder.append(newest.note, this.clock.now());
    this.#outside = newest.size;
  }
}

/** $1 size, $2 note, $3 now, $4 since when nothing may have been signed. A clock that was put back holds up nothing. */
const KEEP = `
  INSERT INTO audit_checkpoints (size, note, signed_at)
  SELECT $1::bigint, $2, $3::timestamptz WHERE NOT EXISTS (
    SELECT FROM (SELECT signed_at FROM audit_checkpoints ORDER BY size DESC LIMIT 1) AS newest
    WHERE signed_at > $4 AND signed_at <= $3)
  ON CONFLICT (size) DO NOTHING RETURNING size`;

import { randomBytes } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type ChangeEntry, Clock, commitmentOf, encodeEntry, entryLeaf, SALT_BYTES, type UseEntry } from '#domain';
import { Config } from '../config/config.js';
import { allowingTime } from '../database/statement-time.js';
import { Repetition } from '../jobs/repetition.js';
import { Checkpoints } from '../log-tree/checkpoints.js';
import { growTree } from '../log-tree/grow-tree.sql.js';
import { type Appending, LogTree } from '../log-tree/log-tree.js';
import { placedEntry, SEALED_ROWS, type SealedRow } from './sealed-row.js';

/** How long an entry may be without a place in the log, and the log without a checkpoint, while the database is there. */
const PACE = { intervalMs: 500, intervalMsMax: 5_000 };
const BATCH = 1_000;
const DAY_MS = 86_400_000;
/** Uses of before the log had a tree may come for so long, from instances of the release before. */
export const LATE_USES_MS = DAY_MS;
const LATE_USES_EVERY_MS = 600_000;

/**
 * Gives entries their place in the log, and has what the log has come to signed. Changes get theirs here, shortly after
 * they were made: a change waits for no other. Uses come with theirs, but for those of before there was a tree.
 */
@Injectable()
export class LogSealing implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #logger = new Logger('Audit');
  readonly #repetition: Repetition;
  #oldUsesAt = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly tree: LogTree,
    private readonly checkpoints: Checkpoints,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {
    this.#repetition = new Repetition(
      () => this.#tick(),
      PACE,
      (error, inARow) => {
        if (inARow === 1) this.#logger.warn(`Entries of the log wait to be sealed: ${String(error)}`);
      },
    );
  }

  onApplicationBootstrap(): void {
    if (this.config.jobs.areTicking) this.#repetition.start();
  }

  async onApplicationShutdown(): Promise<void> {
    if (!this.config.jobs.areTicking) return;
    await this.#repetition.stop();
    await this.#tick().catch((error: unknown) => {
      this.#logger.warn(`Entries of the log are left to the next start to be sealed: ${String(error)}`);
    });
  }

  /** Gives every entry that waits its place. Any number of instances may do so at once. */
  async seal(): Promise<void> {
    await this.#sealAll('change', 'leaf IS NULL');
    const now = this.clock.now();
    if (now < this.#oldUsesAt) return;
    const [tree] = await this.dataSource.query<{ openedAt: Date }[]>('SELECT opened_at AS "openedAt" FROM audit_tree');
    const late = (tree?.openedAt.getTime() ?? 0) + LATE_USES_MS;
    await this.#sealAll('use', `leaf IS NULL AND timestamp < to_timestamp(${late / 1000})`);
    this.#oldUsesAt = now < late + DAY_MS ? now + LATE_USES_EVERY_MS : Infinity;
  }

  /** Signs what is sealed, now. */
  async sign(): Promise<void> {
    await this.seal();
    await this.checkpoints.sign(0);
  }

  async #tick(): Promise<void> {
    await allowingTime(() => this.seal());
    const note = await this.checkpoints.sign();
    // For whoever keeps the log of the server where its database is not.
    if (note !== null) this.#logger.log(`Checkpoint ${JSON.stringify(note)}`);
  }

  async #sealAll(kind: 'change' | 'use', waiting: string): Promise<void> {
    const { table } = SEALED_ROWS[kind];
    for (;;) {
      const some = await this.dataSource.query<unknown[]>(`SELECT FROM ${table} WHERE ${waiting} LIMIT 1`);
      if (some.length === 0) return;
      await this.tree.appendLocked((manager) => this.#batch(manager, kind, waiting));
    }
  }

  /** The oldest entries that wait, in the order of their ids. */
  async #batch(manager: EntityManager, kind: 'change' | 'use', waiting: string): Promise<Appending | null> {
    const { table, columns } = SEALED_ROWS[kind];
    const rows = await manager.query<(SealedRow<ChangeEntry> & SealedRow<UseEntry>)[]>(
      `SELECT ${columns} FROM ${table} WHERE ${waiting} ORDER BY id LIMIT ${BATCH} FOR UPDATE`,
    );
    if (rows.length === 0) return null;
    const salts = rows.map(() => randomBytes(SALT_BYTES));
    const leaves = rows.map((row, at) => {
      const { open, personal } = encodeEntry(placedEntry(kind, row).entry);
      return entryLeaf(open, commitmentOf(personal, salts[at] ?? Buffer.alloc(0)));
    });
    const ids = rows.map(({ id }) => id);
    return {
      leaves: Buffer.concat(leaves),
      store: async (asks, { params }) => {
        const [row] = (await asks.query(SEAL[kind], [ids, salts, ...params])) as { sealed: number }[];
        if (row?.sealed === ids.length) return true;
        throw new Error(`${ids.length} entries were to be sealed, and ${row?.sealed ?? 0} were there`);
      },
    };
  }
}

/** `$1` ids, `$2` a salt for each, from `$3` on what the tree grows by. */
function sealStatement(table: string): string {
  const { lock, growth } = growTree(3, 'sealed');
  return `
    WITH ${lock}, sealed AS (
      UPDATE ${table} AS entry SET leaf = $3::bigint + given.place - 1, salt = given.salt, commitment = NULL
      FROM tree, unnest($1::uuid[], $2::bytea[]) WITH ORDINALITY AS given (id, salt, place)
      WHERE entry.id = given.id AND entry.leaf IS NULL RETURNING entry.id
    ), ${growth}
    SELECT count(*)::integer AS sealed FROM sealed`;
}

const SEAL = { change: sealStatement('audit_log'), use: sealStatement('usage_events') };

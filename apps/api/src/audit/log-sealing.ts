import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type ChangeEntry, Clock, commitmentOf, encodeEntry, entryLeaf, SALT_BYTES, type UseEntry } from '#domain';
import { Config } from '../config/config.js';
import { allowingTime } from '../database/statement-time.js';
import { BackgroundWork } from '../jobs/background-work.js';
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
/** The log of the server has a checkpoint so often; DATA_DIR has them all. */
const SAID_EVERY_MS = 60_000;

/**
 * Gives entries their place in the log, and has what the log has come to signed. Changes get theirs here, shortly after
 * they were made: a change waits for no other. Uses come with theirs, but for those of before there was a tree.
 */
@Injectable()
export class LogSealing extends BackgroundWork {
  #oldUsesAt = 0;
  /** The newest checkpoint, while the log of the server has none of its age. */
  #unsaid: string | null = null;
  #saidAt = -Infinity;

  constructor(
    private readonly dataSource: DataSource,
    private readonly tree: LogTree,
    private readonly checkpoints: Checkpoints,
    private readonly clock: Clock,
    config: Config,
  ) {
    const { areTicking: isOn } = config.jobs;
    super({ room: 'Audit', pace: PACE, isOn, waiting: 'Entries of the log wait to be sealed' });
  }

  override async onApplicationShutdown(): Promise<void> {
    if (!this.plan.isOn) return;
    await super.onApplicationShutdown();
    // However shortly after the last signature: until the next start, nothing else would tell that the log was longer.
    await this.#sealAndSign(0).catch((error: unknown) => {
      this.logger.warn(`Entries of the log are left to the next start to be sealed: ${String(error)}`);
    });
    this.#say();
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

  protected override async work(): Promise<void> {
    await this.#sealAndSign();
    if (this.clock.now() - this.#saidAt >= SAID_EVERY_MS) this.#say();
  }

  async #sealAndSign(pauseMs?: number): Promise<void> {
    await allowingTime(() => this.seal());
    this.#unsaid = (await this.checkpoints.sign(pauseMs)) ?? this.#unsaid;
  }

  /** For whoever keeps the log of the server where its database is not. */
  #say(): void {
    if (this.#unsaid === null) return;
    this.logger.log(`Checkpoint ${JSON.stringify(this.#unsaid)}`);
    [this.#unsaid, this.#saidAt] = [null, this.clock.now()];
  }

  async #sealAll(kind: 'change' | 'use', waiting: string): Promise<void> {
    const { table } = SEALED_ROWS[kind];
    const some = `SELECT FROM ${table} WHERE ${waiting} LIMIT 1`;
    // What was given a place is not looked at again, however much there is.
    for (let from = 0; (await this.dataSource.query<unknown[]>(some)).length > 0;) {
      let last: number | undefined;
      await this.tree.appendLocked(async (manager) => {
        const rows = await manager.query<WaitingRow[]>(waitingStatement(kind, waiting), [new Date(from)]);
        last = rows.at(-1)?.at;
        return this.#appending(kind, rows);
      });
      if (kind === 'use') from = last ?? 0;
    }
  }

  #appending(kind: 'change' | 'use', rows: readonly WaitingRow[]): Appending | null {
    if (rows.length === 0) return null;
    const salts = rows.map(() => randomBytes(SALT_BYTES));
    const leaves = rows.map((row, at) => {
      const { open, personal } = encodeEntry(placedEntry(kind, row).entry);
      return entryLeaf(open, commitmentOf(personal, salts[at] ?? Buffer.alloc(0)));
    });
    const ids = rows.map(({ id }) => id);
    const times = rows.map(({ at }) => new Date(at));
    return {
      leaves: Buffer.concat(leaves),
      store: async (asks, { params }) => {
        const [row] = (await asks.query(SEAL[kind], [ids, times, salts, ...params])) as { sealed: number }[];
        if (row?.sealed === ids.length) return true;
        throw new Error(`${ids.length} entries were to be sealed, and ${row?.sealed ?? 0} were there`);
      },
    };
  }
}

type WaitingRow = SealedRow<ChangeEntry> & SealedRow<UseEntry>;

/** Of uses there may be millions, so they are read through the one index that is in their order. */
const ORDER = { change: 'id', use: 'usage_events.timestamp, id' };

/** $1 from when on. The oldest entries that wait. */
function waitingStatement(kind: 'change' | 'use', waiting: string): string {
  const { table, columns } = SEALED_ROWS[kind];
  return `
    SELECT ${columns} FROM ${table} WHERE ${waiting} AND ${table}.timestamp >= $1
    ORDER BY ${ORDER[kind]} LIMIT ${BATCH} FOR UPDATE`;
}

/** `$1` ids, `$2` times, `$3` a salt for each, from `$4` on what the tree grows by. */
function sealStatement(table: string): string {
  const { lock, growth } = growTree(4, 'sealed');
  return `
    WITH ${lock}, sealed AS (
      UPDATE ${table} AS entry SET leaf = $4::bigint + given.place - 1, salt = given.salt, commitment = NULL
      FROM tree, unnest($1::uuid[], $2::timestamptz[], $3::bytea[]) WITH ORDINALITY AS given (id, timestamp, salt, place)
      WHERE entry.id = given.id AND entry.timestamp = given.timestamp AND entry.leaf IS NULL RETURNING entry.id
    ), ${growth}
    SELECT count(*)::integer AS sealed FROM sealed`;
}

const SEAL = { change: sealStatement('audit_log'), use: sealStatement('usage_events') };

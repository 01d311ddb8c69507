import type { DataSource } from 'typeorm';
import { serverUrlOf } from '../database/connection-options.js';
import type { Asks } from '../log-tree/tree-reader.js';
import { COUNT_USES, IS_UNCOUNTED, READ_UNCOUNTED } from './count-uses.sql.js';
import type { UncountedUses } from './uncounted-uses.entity.js';

/** Ten batches: a busy key is counted once in them, where it stands in each. More gain little. */
const USES = 100_000;
/** Others wait for the one connection of the embedded database meanwhile. */
const USES_EMBEDDED = 25_000;

/**
 * Counts uses by key once they are stored: the minutes, the hours and the totals. Not with each batch, because most of its
 * uses are of the keys of the batch before, and adding to a count costs as much as storing a use.
 */
export class UseCounting {
  /** @param usesMax so many are counted together, unless a single batch has more. */
  constructor(
    private readonly dataSource: DataSource,
    private readonly usesMax = serverUrlOf(dataSource) === null ? USES_EMBEDDED : USES,
  ) {}

  /**
   * Counts everything that was stored before the call, by whichever process.
   * @param ofOthers what somebody else is counting: `await` resolves when that is counted too, `skip` leaves it to them and
   *   waits for nobody but where they add to the counts of the same keys.
   */
  async count(ofOthers: 'await' | 'skip'): Promise<void> {
    for (const piece of this.#piecesOf(await this.dataSource.query<UncountedUses[]>(READ_UNCOUNTED))) {
      const first = Math.min(...piece.map(({ firstAt }) => firstAt.getTime()));
      const last = Math.max(...piece.map(({ lastAt }) => lastAt.getTime()));
      const leaves = piece.map(({ leaf }) => leaf);
      await this.dataSource.query(COUNT_USES[ofOthers], [leaves, new Date(first), new Date(last + 1)]);
    }
  }

  /** Whether uses from one moment to before another wait to be counted. */
  async isWaiting(asks: Asks, from: Date, to: Date): Promise<boolean> {
    const [row] = (await asks.query(IS_UNCOUNTED, [from, to])) as { is_uncounted: boolean }[];
    return row?.is_uncounted ?? false;
  }

  #piecesOf(batches: readonly UncountedUses[]): UncountedUses[][] {
    const pieces: UncountedUses[][] = [];
    let uses = Infinity;
    for (const batch of batches) {
      if (uses + batch.uses > this.usesMax) {
        pieces.push([]);
        uses = 0;
      }
      pieces.at(-1)?.push(batch);
      uses += batch.uses;
    }
    return pieces;
  }
}

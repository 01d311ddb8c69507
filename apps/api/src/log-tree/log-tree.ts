import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { decodeFrontier, type Frontier } from '#domain';
import { inTransaction } from '../database/transaction.js';
import { growthOf, type TreeGrowth } from './grow-tree.sql.js';
import type { Asks } from './tree-reader.js';

/** One statement that stores entries and lets the tree grow by them, made of `growTree`. */
export interface Appending {
  /** Their hashes, one behind the other. */
  readonly leaves: Buffer;
  /** What `foresee` made of them; of use if the tree is then as it was foreseen. */
  readonly foreseen?: TreeGrowth | null;
  /**
   * Runs the statement and answers whether it did anything. It must do nothing when the tree is not as `growth.before`.
   */
  store(asks: Asks, growth: TreeGrowth): Promise<boolean>;
}

/**
 * The tree over all entries of the log, of which there is one in a database. An entry gets its place in the statement that
 * stores it, or it is not stored: however many instances add at once and wherever one of them is killed, there is no gap,
 * no place is given twice, and the tree is the one of the entries that are there.
 */
@Injectable()
export class LogTree {
  /** The tree as this process last saw it. It may have grown since, by another instance. */
  #known: Frontier | null = null;

  constructor(private readonly dataSource: DataSource) {}

  /**
   * What the tree will have grown by once these are added, computed while others are still on their way into the database.
   * @param former what was foreseen of those; null: nothing is on its way.
   * @returns null when nothing is known of the tree.
   */
  async foresee(leaves: Buffer, former: TreeGrowth | null): Promise<TreeGrowth | null> {
    const before = former?.after ?? this.#known;
    return before && growthOf(before, leaves);
  }

  /**
   * Adds entries at the end, in one round trip as long as nobody else adds at the same time; otherwise again, holding the
   * lock from before it looks.
   * @returns false when `store` did nothing although the tree was as expected.
   */
  async append(appending: Appending): Promise<boolean> {
    if (this.#known) {
      const { foreseen, leaves } = appending;
      const growth = foreseen?.before === this.#known ? foreseen : await growthOf(this.#known, leaves);
      if (await appending.store(this.dataSource, growth)) return this.#knows(growth);
    }
    return this.appendLocked(() => Promise.resolve(appending));
  }

  /** Adds what `prepare` finds once the tree is nobody else's; null adds nothing. */
  async appendLocked(prepare: (manager: EntityManager) => Promise<Appending | null>): Promise<boolean> {
    const growth = await inTransaction(this.dataSource, async (manager) => {
      const before = await readFrontier(manager, 'FOR UPDATE');
      const appending = await prepare(manager);
      const next = appending && (await growthOf(before, appending.leaves));
      return next && (await appending.store(manager, next)) ? next : null;
    });
    return growth !== null && this.#knows(growth);
  }

  /** The tree as it is now. */
  read(): Promise<Frontier> {
    return readFrontier(this.dataSource, '');
  }

  #knows({ after }: TreeGrowth): true {
    this.#known = after;
    return true;
  }
}

/** @throws Error when the row of the tree was changed by hand into what no tree is. */
async function readFrontier(asks: Asks, locking: string): Promise<Frontier> {
  const [row] = (await asks.query(`SELECT size, frontier FROM audit_tree ${locking}`)) as {
    size: string;
    frontier: Buffer;
  }[];
  const frontier = row && decodeFrontier(Number(row.size), row.frontier);
  if (!frontier) throw new Error('The row of audit_tree is gone or was changed by hand: akm audit verify says more');
  return frontier;
}

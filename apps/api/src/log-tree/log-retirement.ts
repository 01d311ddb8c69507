import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { signRetirement } from '#domain';
import { LogSigner } from './log-signer.js';
import type { Asks } from './tree-reader.js';

/** The places of the entries of a table, up to the end that the tree had. */
export interface LeavingTable {
  /** Its name is not from outside. */
  readonly name: string;
  readonly size: number;
  /** As PostgreSQL writes a multirange; null: none. */
  readonly leaves: string | null;
}

/** Lets entries go whose time is over, so that nobody takes them for deleted: the log signs which ones it let go. */
@Injectable()
export class LogRetirement {
  constructor(
    private readonly signer: LogSigner,
    private readonly dataSource: DataSource,
  ) {}

  /**
   * Finds out which places a table of entries has, which takes seconds where there are millions: everybody goes on reading
   * and adding to it meanwhile.
   * @param name of a table with a column `leaf`; it is not from outside.
   */
  async prepare(name: string): Promise<LeavingTable> {
    // First the size: what has a place below it was committed with it.
    const [tree] = await this.dataSource.query<{ size: number }[]>('SELECT size::float8 AS size FROM audit_tree');
    const size = tree?.size ?? 0;
    const placed = `SELECT leaf FROM ${name} WHERE leaf < $1`;
    return { name, size, leaves: await leavesOf(this.dataSource, placed, [size]) };
  }

  /** In the transaction in which the table goes, once nobody can add to it. Hashes of its entries stay in the tree. */
  async retire(asks: Asks, { name, size, leaves }: LeavingTable): Promise<void> {
    await this.sign(asks, leaves);
    await this.sign(asks, await leavesOf(asks, `SELECT leaf FROM ${name} WHERE leaf >= $1`, [size]));
  }

  /**
   * Deletes entries and signs that they are gone, in the transaction of the caller.
   * @param deletion a DELETE that returns `leaf`, of entries that have a place.
   */
  async delete(asks: Asks, deletion: string, params: unknown[]): Promise<void> {
    await this.sign(asks, await leavesOf(asks, deletion, params));
  }

  private async sign(asks: Asks, leaves: string | null): Promise<void> {
    if (leaves === null) return;
    const note = signRetirement(leaves, await this.signer.in(asks));
    await asks.query('INSERT INTO retired_leaves (id, leaves, note) VALUES ($1, $2, $3)', [uuidv7(), leaves, note]);
  }
}

async function leavesOf(asks: Asks, placed: string, params: unknown[]): Promise<string | null> {
  const [row] = (await asks.query(
    `WITH placed AS (${placed}) SELECT range_agg(int8range(leaf, leaf + 1))::text AS leaves FROM placed`,
    params,
  )) as { leaves: string | null }[];
  return row?.leaves ?? null;
}

import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { signRetirement } from '#domain';
import { LogSigner } from './log-signer.js';
import type { Asks } from './tree-reader.js';

/** Lets entries go whose time is over, so that nobody takes them for deleted: the log signs which ones it let go. */
@Injectable()
export class LogRetirement {
  constructor(private readonly signer: LogSigner) {}

  /**
   * In the transaction in which the table goes, after the last entry was added to it. Their hashes stay in the tree.
   * @param table of entries with a column `leaf`; its name is not from outside.
   */
  async retire(asks: Asks, table: string): Promise<void> {
    const [row] = (await asks.query(
      `SELECT range_agg(int8range(leaf, leaf + 1))::text AS leaves FROM ${table} WHERE leaf IS NOT NULL`,
    )) as { leaves: string | null }[];
    const leaves = row?.leaves ?? null;
    if (leaves === null) return;
    const note = signRetirement(leaves, await this.signer.in(asks));
    await asks.query('INSERT INTO retired_leaves (id, leaves, note) VALUES ($1, $2, $3)', [uuidv7(), leaves, note]);
  }
}

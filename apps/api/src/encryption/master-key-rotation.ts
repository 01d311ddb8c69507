import type { DataSource, EntityManager } from 'typeorm';
import { inTransaction } from '../database/transaction.js';
import type { Encryption } from './encryption.js';
import { ALL_COLUMNS, LASTING_COLUMNS, type SealedColumn, sealingKeyId } from './sealed-columns.js';

/** How many values of a column one master key seals. */
export interface SealedCount {
  readonly keyId: string;
  readonly table: string;
  readonly column: string;
  readonly rows: number;
  /** They go by themselves within minutes, and no rotation waits for them. */
  readonly isPassing: boolean;
}

export interface RotationResult {
  /** Values that are sealed with the current key now and were not before. */
  readonly resealed: number;
  /** What cannot be opened, one sentence each; it stays as it is. */
  readonly failures: readonly string[];
  /** Ids of the keys that the database no longer needs. */
  readonly retired: readonly string[];
}

export interface RotationOptions {
  /** Called after each batch with how many values are done and how many were to be done. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Called in the transaction that strikes a key off. */
  readonly onRetired?: (manager: EntityManager, keyId: string) => Promise<void>;
  readonly batchRows?: number;
}

/**
 * Brings everything that former master keys sealed under the current one, while servers run. A value is replaced only
 * if it is still the one that was read, so that no write of a server is lost; what is done stays done, so that a run that
 * was killed is simply started again. A former key is needed until a run has found nothing of it.
 */
export class MasterKeyRotation {
  constructor(
    private readonly dataSource: DataSource,
    private readonly encryption: Encryption,
  ) {}

  /** The id of the key that seals now. */
  get currentKeyId(): string {
    return this.encryption.keys[0].id;
  }

  async status(manager = this.dataSource.manager): Promise<SealedCount[]> {
    const counts: SealedCount[] = [];
    for (const sealed of ALL_COLUMNS) {
      const { table, column, isPassing = false } = sealed;
      const rows = await manager.query<{ keyId: string; rows: number }[]>(
        `SELECT ${sealingKeyId(sealed)} AS "keyId", count(*)::int AS rows FROM ${table} WHERE ${column} IS NOT NULL
         GROUP BY 1 ORDER BY 1`,
      );
      counts.push(...rows.map(({ keyId, rows: count }) => ({ keyId, table, column, rows: count, isPassing })));
    }
    return counts;
  }

  async rotate({ onProgress, onRetired, batchRows = 100 }: RotationOptions = {}): Promise<RotationResult> {
    const total = sum(await this.toDo());
    const failures = new Map<string, string>();
    let resealed = 0;
    // Servers may still seal with a former key while it runs: it ends after a pass that had nothing to do.
    for (let before = -1; before !== resealed;) {
      before = resealed;
      for (const column of LASTING_COLUMNS) {
        for await (const rows of this.batches(column, batchRows)) {
          resealed += await this.reseal(column, rows, failures);
          onProgress?.(resealed, total);
        }
      }
    }
    return { resealed, failures: [...failures.values()], retired: await this.retire(onRetired) };
  }

  private async toDo(manager?: EntityManager): Promise<SealedCount[]> {
    return (await this.status(manager)).filter(({ keyId, isPassing }) => keyId !== this.currentKeyId && !isPassing);
  }

  private async *batches(sealed: SealedColumn, batchRows: number): AsyncGenerator<SealedRow[]> {
    const { table, column } = sealed;
    for (let after = NIL; ;) {
      const rows = await this.dataSource.query<SealedRow[]>(
        `SELECT id, ${column} AS sealed FROM ${table}
         WHERE ${column} IS NOT NULL AND ${sealingKeyId(sealed)} <> $1 AND id > $2 ORDER BY id LIMIT ${batchRows}`,
        [this.currentKeyId, after],
      );
      const last = rows.at(-1);
      if (!last) return;
      yield rows;
      after = last.id;
    }
  }

  private async reseal(column: SealedColumn, rows: SealedRow[], failures: Map<string, string>): Promise<number> {
    const moved = rows.flatMap(({ id, sealed }) => {
      try {
        return { id, sealed, resealed: this.encryption.seal(column, id, this.encryption.open(column, id, sealed)) };
      } catch (error) {
        failures.set(`${column.table} ${id}`, error instanceof Error ? error.message : 'unknown failure');
        return [];
      }
    });
    const written = await this.dataSource.query<[object[], number]>(
      `UPDATE ${column.table} t SET ${column.column} = n.resealed
       FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS n(id, sealed, resealed)
       WHERE t.id = n.id AND t.${column.column} = n.sealed`,
      [moved.map(({ id }) => id), moved.map(({ sealed }) => sealed), moved.map(({ resealed }) => resealed)],
    );
    return written[1];
  }

  /** Strikes off the keys that seal nothing any more. */
  private async retire(onRetired: RotationOptions['onRetired']): Promise<string[]> {
    return inTransaction(this.dataSource, async (manager) => {
      const needed = new Set((await this.toDo(manager)).map(({ keyId }) => keyId));
      const rows = await manager.query<{ id: string }[]>('SELECT id FROM master_keys WHERE id <> $1 ORDER BY id', [
        this.currentKeyId,
      ]);
      const retired = rows.map(({ id }) => id).filter((id) => !needed.has(id));
      await manager.query('DELETE FROM master_keys WHERE id = ANY ($1)', [retired]);
      for (const id of retired) await onRetired?.(manager, id);
      return retired;
    });
  }
}

interface SealedRow {
  readonly id: string;
  readonly sealed: Buffer;
}

const NIL = '00000000-0000-0000-0000-000000000000';

function sum(counts: readonly SealedCount[]): number {
  return counts.reduce((total, { rows }) => total + rows, 0);
}

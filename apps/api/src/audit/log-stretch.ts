import type { DataSource } from 'typeorm';
import {
  type ChangeEntry,
  type PlacedEntry,
  type SignedRanges,
  type SizedNote,
  TILE_WIDTH,
  upperTilesAt,
  type UseEntry,
} from '#domain';
import { allowingTime } from '../database/statement-time.js';
import { readTiles } from '../log-tree/tree-reader.js';
import { LATE_USES_MS } from './log-sealing.js';
import { placedEntry, SEALED_ROWS, type SealedRow } from './sealed-row.js';

/** Whatever the log has of the places from `from` up to `to`, all of one moment. */
export interface LogStretch {
  readonly from: number;
  readonly to: number;
  /** In the order of their places. */
  readonly entries: readonly PlacedEntry[];
  readonly tiles: ReadonlyMap<string, Buffer>;
  readonly checkpoints: readonly SizedNote[];
  readonly retirements: readonly SignedRanges[];
}

/** @param from a multiple of 256. */
export function readStretch(dataSource: DataSource, from: number, to: number, size: number): Promise<LogStretch> {
  const places = [from, to];
  const starts = Array.from({ length: Math.ceil((to - from) / TILE_WIDTH) }, (_, at) => from + at * TILE_WIDTH);
  const wanted = starts.flatMap((at) => [{ level: 0, index: at / TILE_WIDTH }, ...upperTilesAt(at, size)]);
  return allowingTime(() =>
    dataSource.transaction('REPEATABLE READ', async (manager) => {
      const changes = await manager.query<SealedRow<ChangeEntry>[]>(rowsOf('change'), places);
      const uses = await manager.query<SealedRow<UseEntry>[]>(rowsOf('use'), places);
      const placed = [
        ...changes.map((row) => placedEntry('change', row)),
        ...uses.map((row) => placedEntry('use', row)),
      ];
      return {
        from,
        to,
        entries: placed.sort((a, b) => a.leaf - b.leaf),
        tiles: await readTiles(manager, wanted),
        checkpoints: await manager.query<SizedNote[]>(CHECKPOINTS, places),
        retirements: await manager.query<SignedRanges[]>(RETIREMENTS, places),
      };
    }),
  );
}

/** What is in the tables and has no place in the log. */
export interface LogRest {
  readonly strays: readonly { readonly id: string }[];
  readonly beyond: readonly SizedNote[];
}

/** @param size the one that was read: a checkpoint of a tree that has grown since is not beyond it. */
export function readRest(dataSource: DataSource, size: number): Promise<LogRest> {
  return allowingTime(() =>
    dataSource.transaction('REPEATABLE READ', async (manager) => ({
      strays: await manager.query<{ id: string }[]>(STRAYS, [LATE_USES_MS / 1000]),
      beyond: await manager.query<SizedNote[]>(BEYOND, [size]),
    })),
  );
}

/** Nobody reads more. */
const REST_MAX = 100;

function rowsOf(kind: 'change' | 'use'): string {
  const { table, columns } = SEALED_ROWS[kind];
  return `SELECT ${columns} FROM ${table} WHERE ${table}.leaf >= $1 AND ${table}.leaf < $2`;
}

const CHECKPOINTS = `
  SELECT c.size::float8 AS size, note FROM audit_checkpoints AS c WHERE c.size > $1 AND c.size <= $2`;

const RETIREMENTS = `
  SELECT leaves::text AS text, note FROM retired_leaves WHERE leaves && int8range($1::bigint, $2::bigint) ORDER BY id`;

/** $1 the seconds for which uses of before the tree may still come. */
const STRAYS = `
  SELECT stray.id FROM audit_tree AS tree, LATERAL (
    SELECT id FROM audit_log WHERE leaf < 0 OR leaf >= tree.size
    UNION ALL SELECT id FROM usage_events WHERE leaf < 0 OR leaf >= tree.size
    UNION ALL SELECT id FROM usage_events
      WHERE leaf IS NULL AND timestamp >= tree.opened_at + make_interval(secs => $1::float8)
  ) AS stray LIMIT ${REST_MAX}`;

const BEYOND = `
  SELECT c.size::float8 AS size, note FROM audit_checkpoints AS c, audit_tree AS tree
  WHERE c.size > GREATEST(tree.size, $1::bigint) ORDER BY c.size LIMIT ${REST_MAX}`;

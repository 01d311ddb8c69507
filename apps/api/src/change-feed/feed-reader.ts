import type { ClientBase } from 'pg';
import { type Change, type ChangeKind, EVERYTHING } from './change.js';

/** What a reading found. */
export interface FeedReading {
  readonly changes: readonly Change[];
  /**
   * Milliseconds from the writing of the oldest of them to the reading; null when there is none, or nobody knows. What
   * was left of its transaction is part of it: PostgreSQL does not say when that was committed.
   */
  readonly lagMs: number | null;
}

/**
 * Reads the feed by transactions and never by serial numbers. Numbers are taken when a row is written and become visible
 * when its transaction commits, in any order: whoever remembers the highest number seen misses every lower one that
 * commits later. So a reading takes all rows of transactions that were not over at the reading before.
 */
export class FeedReader {
  /** The oldest transaction that was running at the last reading: what is older was seen, or never will be. */
  private horizon: string | null = null;
  /** By the clock of the server. */
  private readAt = 0;
  /** Rows that were told already and lie before no horizon yet. */
  private told = new Set<string>();

  /** Reads what has been committed since the last reading: everything, when that is no longer known. */
  async read(client: ClientBase): Promise<FeedReading> {
    const { rows } = await client.query<FeedRow>({ name: 'read_change_feed', text: READ_SQL, values: [this.horizon] });
    const [first] = rows;
    if (!first) throw new Error('The change feed did not say how far it was read');
    const isContinued = this.continues(first);
    const found = rows.filter(isChange);
    const fresh = found.filter(({ position }) => !this.told.has(position));
    this.horizon = first.horizon;
    this.readAt = first.readAt;
    this.told = new Set(found.map(({ position }) => position));
    if (!isContinued) return { changes: EVERYTHING, lagMs: null };
    return { changes: fresh, lagMs: fresh.length === 0 ? null : Math.max(0, ...fresh.map(({ lagMs }) => lagMs)) };
  }

  /** Not after so long that rows may have been pruned, and not on a server that was put back to an earlier state. */
  private continues({ horizon, readAt }: FeedRow): boolean {
    return this.horizon !== null && BigInt(horizon) >= BigInt(this.horizon) && readAt - this.readAt < GAP_MS_MAX;
  }
}

/** For how long changes are kept for those who have not read them yet. */
export const KEPT_MS = 3_600_000;
const GAP_MS_MAX = KEPT_MS / 2;

/** Both times are of the clock of the server: a lag is negative only where that was put back meanwhile.
 * $1 the horizon. One row at least, which has no change in it when there is none. */
const READ_SQL = `
  SELECT pg_snapshot_xmin(now.seen)::text AS horizon,
         (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "readAt",
         c.position, c.kind, c.id,
         (extract(epoch FROM clock_timestamp() - c.changed_at) * 1000)::float8 AS "lagMs"
  FROM (SELECT pg_current_snapshot() AS seen) now
  LEFT JOIN change_feed c ON c.xid >= $1::text::xid8 AND pg_visible_in_snapshot(c.xid, now.seen)`;

interface FeedRow {
  readonly horizon: string;
  readonly readAt: number;
  readonly position: string | null;
  readonly kind: ChangeKind | null;
  readonly id: string | null;
  readonly lagMs: number | null;
}

type ChangeRow = FeedRow & Change & { readonly position: string; readonly lagMs: number };

function isChange(row: FeedRow): row is ChangeRow {
  return row.position !== null;
}

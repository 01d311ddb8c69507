import type { DataSource, EntityManager } from 'typeorm';
import { inTransaction } from '../database/transaction.js';

const DAY_MS = 86_400_000;

/** Midnight in UTC: the day's first millisecond since the epoch. */
export type Day = number;

export function dayOf(at: number): Day {
  return Math.floor(at / DAY_MS) * DAY_MS;
}

/** As in 2026-11-22. */
export function isoDate(day: Day): string {
  return new Date(day).toISOString().slice(0, 10);
}

/**
 * The days into which the events of use are cut, each a partition. A day is made before its first event is stored, by the
 * job or by the storing itself, so that no event is ever without one; and it leaves as a whole.
 */
export class UsageDays {
  constructor(private readonly dataSource: DataSource) {}

  /** Makes the days that are not there yet, and answers how many. Neither reading nor storing has to wait for it. */
  async make(days: readonly Day[]): Promise<number> {
    const made = await this.dataSource.query<{ made: boolean }[]>(MAKE, [
      [...new Set(days)].filter(isNameable).map(isoDate),
    ]);
    return made.filter((row) => row.made).length;
  }

  /** Oldest first, without partitions that somebody else has made. */
  async all(): Promise<Day[]> {
    const partitions = await this.dataSource.query<{ name: string }[]>(ALL);
    return partitions.flatMap(({ name }) => dayNamed(name) ?? []).sort((a, b) => a - b);
  }

  /**
   * Drops a day with all its events. Whoever reads or stores waits for it, so it gives up soon when it has to wait itself.
   * @param last what is done with the table before it goes, in the same transaction.
   * @throws {Error} when somebody reads for long just then, as exports do.
   */
  async drop(day: Day, last: (manager: EntityManager) => Promise<void>): Promise<void> {
    const partition = partitionOf(day);
    await inTransaction(this.dataSource, async (manager) => {
      await manager.query(`SET LOCAL lock_timeout = '1s'`);
      // Another scheduler may have been faster.
      const [found] = await manager.query<{ is_there: boolean }[]>(IS_THERE, [partition]);
      if (found?.is_there !== true) return;
      // From here on nobody adds to it.
      await manager.query(`ALTER TABLE usage_events DETACH PARTITION ${partition}`);
      await last(manager);
      await manager.query(`DROP TABLE ${partition}`);
    });
  }
}

/** $1 dates. In their order, so that two who make the same ones do not wait for each other in a circle. */
const MAKE = `SELECT make_usage_day(day) AS made FROM unnest($1::date[]) AS day ORDER BY day`;

const IS_THERE = `SELECT to_regclass($1) IS NOT NULL AS is_there`;

const ALL = `
  SELECT relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
  WHERE inhparent = 'usage_events'::regclass`;

/** The table of a day. */
export function partitionOf(day: Day): string {
  return `usage_events_${isoDate(day).replaceAll('-', '')}`;
}

/** Undefined for a partition that somebody else has made: it is not ours to drop. */
function dayNamed(name: string): Day | undefined {
  const [, year, month, date] = /^usage_events_(\d{4})(\d{2})(\d{2})$/.exec(name) ?? [];
  const day = Date.UTC(Number(year), Number(month) - 1, Number(date));
  return isNameable(day) && partitionOf(day) === name ? day : undefined;
}

/** A clock that is wrong by thousands of years makes no partition; its events are set aside. */
function isNameable(day: Day): boolean {
  return day >= 0 && day < Date.UTC(10_000, 0, 1);
}

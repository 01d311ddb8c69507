import type { DataSource } from 'typeorm';
import { allowingTime } from '../database/statement-time.js';
import type { LogWindow } from './log-filter.js';
import { isCounted, type LogCount, type LogPlan, windowOf } from './log-plan.js';
import { type LogQuestion, usesSources } from './log-sources.js';
import { countOf } from './log-statements.js';
import { windowsOf } from './log-windows.js';
import { ReadingPace } from './reading-pace.js';
import { CHUNK_LEAVES } from './use-chunk.entity.js';
import type { UseChunks } from './use-chunks.js';
import { HOUR_MS, type UseHour } from './use-hours.js';

/** For so long, in milliseconds, uses that have to be read to be counted are read. */
const READING_MS = 25;
/** So few chunks are read that bitmaps say too little of. */
const OPEN_CHUNKS_MAX = 4;

/** Counts the uses that match. */
export class LogCounter {
  constructor(
    private readonly dataSource: DataSource,
    private readonly chunks: UseChunks,
  ) {}

  /**
   * Exact for every filter by key, person, action, status and time, from what is counted by the hour, and where bitmaps
   * say which uses have an address or a text. Otherwise these have to be read: the newest first, for as long as whoever
   * waits for a page will bear.
   * @param firstUses so many are read sooner than looked up.
   */
  uses(plan: LogPlan, firstUses: number): Promise<LogCount> {
    return isCounted(plan.filter) ? this.#byHours(plan) : this.#byBitmaps(plan, firstUses);
  }

  async #byHours({ filter, hours }: LogPlan): Promise<LogCount> {
    const isPartial = ({ at }: UseHour) =>
      (filter.from !== undefined && at < filter.from.getTime()) ||
      (filter.to !== undefined && at + HOUR_MS - 1 > filter.to.getTime());
    const uses = hours.filter((hour) => !isPartial(hour)).reduce((sum, hour) => sum + hour.uses, 0);
    const partial = hours.filter(isPartial).map(({ at }) => ({ from: at, to: at + HOUR_MS }));
    const rest = await this.#uses({ filter }, { from: null, to: null, uses: partial });
    return { total: uses + rest, isExact: true };
  }

  async #byBitmaps(plan: LogPlan, firstUses: number): Promise<LogCount> {
    const isLittle = plan.hours.reduce((sum, { uses }) => sum + uses, 0) <= firstUses;
    const known = isLittle ? undefined : await this.chunks.search(plan);
    if (!known?.isAll) return this.#byReading(plan, firstUses);
    const { uses, open, isAll } = await this.chunks.count(plan, known);
    if (open.length > OPEN_CHUNKS_MAX) return this.#byReading(plan, firstUses);
    const windows = open.map(({ firstLeaf, earliest, latest }) => {
      return { from: earliest, to: latest + 1, fromLeaf: firstLeaf, toLeaf: firstLeaf + CHUNK_LEAVES };
    });
    const unplaced = { from: null, to: null, fromLeaf: known.end };
    const read = await Promise.all([unplaced, ...windows].map((window) => this.#uses(plan, window)));
    return { total: read.reduce((sum, each) => sum + each, uses), isExact: isAll };
  }

  async #byReading(plan: LogPlan, firstUses: number): Promise<LogCount> {
    const pace = new ReadingPace(firstUses, performance.now() + READING_MS);
    let total = 0;
    for (const window of windowsOf(plan.hours, () => pace.next())) {
      total += await this.#uses(plan, windowOf(plan, window));
      pace.add(window.hours);
      if (pace.isOver) return { total, isExact: window.from === null };
    }
    return { total, isExact: true };
  }

  async #uses({ filter, search }: LogQuestion, window: LogWindow): Promise<number> {
    const params: unknown[] = [];
    const [source] = usesSources({ filter, search, window }, params);
    if (source === undefined) return 0;
    const sql = countOf(source);
    const [row] = await allowingTime(() => this.dataSource.query<{ total: string }[]>(sql, params));
    return Number(row?.total);
  }
}

/** Of both kinds of entries. */
export function sumOf(counts: readonly LogCount[]): LogCount {
  return {
    total: counts.reduce((sum, { total }) => sum + total, 0),
    isExact: counts.every(({ isExact }) => isExact),
  };
}

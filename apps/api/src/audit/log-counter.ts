import type { DataSource } from 'typeorm';
import { allowingTime } from '../database/statement-time.js';
import type { LogWindow } from './log-filter.js';
import { isCounted, type LogCount, type LogPlan } from './log-plan.js';
import { logSources } from './log-sources.js';
import { countOf } from './log-statements.js';
import { onlyInPlaces, windowsOf } from './log-windows.js';
import { HOUR_MS, type UseHour } from './use-hours.js';

/** For so long, in milliseconds, what has to be read to be counted is read. */
const READING_MS = 40;
const FIRST_USES = 20_000;

/** Counts the entries that match. */
export class LogCounter {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Exact for every filter by key, person, action, status and time, from what is counted by the hour. Entries with an
   * address or a text have to be read: the newest first, for as long as whoever waits for a page will bear.
   */
  count(plan: LogPlan): Promise<LogCount> {
    return isCounted(plan.filter) ? this.#byHours(plan) : this.#byReading(plan);
  }

  async #byHours({ filter, hours }: LogPlan): Promise<LogCount> {
    const isPartial = ({ at }: UseHour) =>
      (filter.from !== undefined && at < filter.from.getTime()) ||
      (filter.to !== undefined && at + HOUR_MS - 1 > filter.to.getTime());
    const uses = hours.filter((hour) => !isPartial(hour)).reduce((sum, hour) => sum + hour.uses, 0);
    const partial = hours.filter(isPartial).map(({ at }) => ({ from: at, to: at + HOUR_MS }));
    // The changes of the whole time, and the uses of the hours that are cut.
    const rest = await this.#read({ filter, search: undefined, hours }, { from: null, to: null, uses: partial });
    return { total: uses + rest, isExact: true };
  }

  async #byReading(plan: LogPlan): Promise<LogCount> {
    const startedAt = performance.now();
    let [total, usesRead, left] = [0, 0, READING_MS];
    const affordable = (n: number) => (n === 0 ? FIRST_USES : (usesRead / (READING_MS - left)) * left);
    for (const window of windowsOf(plan.hours, affordable)) {
      total += await this.#read(plan, plan.search?.places ? onlyInPlaces(window, plan.search.places) : window);
      if (window.from === null) break;
      usesRead += window.hours.reduce((sum, hour) => sum + hour.uses, 0);
      left = READING_MS - (performance.now() - startedAt);
      if (left <= 0) return { total, isExact: false };
    }
    return { total, isExact: true };
  }

  async #read({ filter, search }: LogPlan, window: LogWindow): Promise<number> {
    const params: unknown[] = [];
    const sql = countOf(logSources({ filter, search, window }, params));
    const [row] = await allowingTime(() => this.dataSource.query<{ total: string }[]>(sql, params));
    return Number(row?.total);
  }
}

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { allowingTime } from '../database/statement-time.js';
import { KeptAddresses } from '../http/kept-addresses.js';
import type { FilterLogsDto } from './list-logs.dto.js';
import { LogCounter } from './log-counter.js';
import type { LogFilter } from './log-filter.js';
import type { LogCount, LogPlan } from './log-plan.js';
import { hasNoUses, isCounted } from './log-plan.js';
import { type LogQuestion, type LogRow, logSources } from './log-sources.js';
import { newestFirst } from './log-statements.js';
import { onlyInPlaces, windowsOf } from './log-windows.js';
import { HOUR_MS, type UseHour, UseHours } from './use-hours.js';
import { type Place, UseSearches } from './use-search.js';

/** What there are at least in the first window; in the n-th, GROWTH^n times as many. */
const FIRST_USES = 4_000;
const GROWTH = 8;

/**
 * Reads the log, newest entries first, in windows of time that grow until there is enough: a page of what is frequent
 * reads an hour, and of what is rare the hours it can be in.
 */
@Injectable()
export class LogReader {
  readonly #hours: UseHours;
  readonly #searches: UseSearches;
  readonly #counter: LogCounter;

  constructor(
    private readonly dataSource: DataSource,
    private readonly addresses: KeptAddresses,
  ) {
    this.#hours = new UseHours(dataSource);
    this.#searches = new UseSearches(dataSource);
    this.#counter = new LogCounter(dataSource);
  }

  /** What a request asks for, in the words of this room. */
  filterOf(query: FilterLogsDto): LogFilter {
    return {
      apiKeyId: query.api_key_id,
      userId: query.user_id,
      action: query.action,
      addresses: query.ip === undefined ? undefined : this.addresses.formsOf(query.ip),
      statusCode: query.status_code,
      from: query.start_date,
      to: query.end_date,
      q: query.q,
    };
  }

  /** Undefined where there is no such entry, or the filter leaves it out. */
  async find(id: string, filter: LogFilter): Promise<LogRow | undefined> {
    return (await this.#page({ filter: { ...filter, id } }, 1, 0))[0];
  }

  /** At most `limit` entries, behind the first `offset`. */
  async read(filter: LogFilter, limit: number, offset = 0): Promise<LogRow[]> {
    return this.#newest(await this.#plan(filter), limit, offset);
  }

  /** The same, and how many there are in all. */
  async page(filter: LogFilter, limit: number, offset: number): Promise<LogCount & { rows: LogRow[] }> {
    const plan = await this.#plan(filter);
    const rows = await this.#newest(plan, limit, offset);
    const seen = offset + rows.length;
    // It is the last page: nothing is left to be counted.
    if (rows.length < limit && (rows.length > 0 || offset === 0)) return { rows, total: seen, isExact: true };
    const { total, isExact } = await this.#counter.count(plan);
    // Reading may have come further than counting did.
    return { rows, total: rows.length > 0 ? Math.max(total, seen) : total, isExact };
  }

  async count(filter: LogFilter): Promise<LogCount> {
    return this.#counter.count(await this.#plan(filter));
  }

  /**
   * Every entry, in pieces that are read when they are asked for: in constant memory, and without holding a connection
   * or a transaction for as long as the slowest reader takes.
   */
  async *readAll(filter: LogFilter): AsyncGenerator<LogRow[]> {
    const { hours } = await this.#plan(filter);
    for (const window of windowsOf(hours, () => WINDOW_USES)) {
      for (let { before } = filter; ;) {
        const piece = await this.#page({ filter: { ...filter, before }, window }, PIECE, 0);
        if (piece.length > 0) yield piece;
        if (piece.length < PIECE) break;
        before = piece.at(-1);
      }
    }
  }

  /** Keys are rows of the room above, known here by their owner only. */
  async isKeyOf(ownerId: string, apiKeyId: string): Promise<boolean> {
    const sql = 'SELECT FROM api_keys WHERE id = $1 AND owner_id = $2';
    return (await this.dataSource.query<unknown[]>(sql, [apiKeyId, ownerId])).length > 0;
  }

  async #plan(filter: LogFilter): Promise<LogPlan> {
    const { q } = filter;
    const search = q === undefined ? undefined : await this.#searches.of(q, (ip) => this.addresses.formsOf(ip));
    const hours = hasNoUses(filter) ? [] : await this.#hours.of(filter, search?.places?.keys());
    return { filter, search, hours: search?.places ? narrowed(hours, search.places) : hours };
  }

  async #newest({ filter, search, hours }: LogPlan, limit: number, offset: number): Promise<LogRow[]> {
    const first = isCounted(filter) ? offset + limit : Math.max(offset + limit, FIRST_USES);
    const taken: UseHour[] = [];
    for (const { from, hours: more } of windowsOf(hours, (n) => first * GROWTH ** n)) {
      // From the newest on each time, because an offset is counted from there; the growth keeps that cheap.
      taken.push(...more);
      const window = search?.places
        ? onlyInPlaces({ from, to: null, hours: taken }, search.places)
        : { from, to: null };
      const rows = await this.#page({ filter, search, window }, limit, offset);
      if (rows.length === limit || from === null) return rows;
    }
    return [];
  }

  #page(question: LogQuestion, limit: number, offset: number): Promise<LogRow[]> {
    const params: unknown[] = [];
    const sources = logSources(question, params);
    return allowingTime(() => this.dataSource.query(newestFirst(sources, limit, offset), params));
  }
}

/** Of an hour of which only a part is read, that part of the uses. */
function narrowed(hours: readonly UseHour[], places: ReadonlyMap<number, Place>): UseHour[] {
  return hours.map(({ at, uses }) => {
    const { from, to } = places.get(at) ?? { from: at, to: at + HOUR_MS };
    return { at, uses: Math.ceil((uses * (to - from)) / HOUR_MS) };
  });
}

const PIECE = 1_000;
/** Of a window in which pieces are read: so few days are in it that each statement looks at one or two. */
const WINDOW_USES = 50_000;

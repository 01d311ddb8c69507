import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { allowingTime } from '../database/statement-time.js';
import { KeptAddresses } from '../http/kept-addresses.js';
import { placesOfAddresses } from './address-places.js';
import { ChangeReader } from './change-reader.js';
import type { FilterLogsDto } from './list-logs.dto.js';
import { LogCounter, sumOf } from './log-counter.js';
import { encodeLogCursor, placeBefore } from './log-cursor.js';
import type { LogFilter } from './log-filter.js';
import { hasNoUses, isCounted, type LogCount, type LogPlan, windowOf } from './log-plan.js';
import { type LogQuestion, type LogRow, type LogSource, logSources, usesSources } from './log-sources.js';
import { newestFirst } from './log-statements.js';
import { narrowed, windowsOf } from './log-windows.js';
import { ReadingPace } from './reading-pace.js';
import { UseChunks } from './use-chunks.js';
import { type UseHour, UseHours } from './use-hours.js';
import { type Patience, UseReader } from './use-reader.js';
import { type UseSearch, UseSearches } from './use-search.js';

const PATIENCE: Patience = { ms: 50, firstUses: 4_000, leastUses: 10_000, leastChunks: 1_000 };

/** Entries, newest first, and how far back they were looked for. */
export interface LogFound {
  readonly rows: LogRow[];
  /** What is older than this was not looked at; null: nothing was left out. */
  readonly searchedFrom: Date | null;
}

/**
 * Reads the log, newest entries first. Uses are read in windows of time that grow until there is enough: a page of what
 * is frequent reads an hour, and of what is rare the hours it can be in. Changes are few and read at once.
 */
@Injectable()
export class LogReader {
  protected readonly patience: Patience = PATIENCE;
  readonly #hours: UseHours;
  readonly #searches: UseSearches;
  readonly #changes: ChangeReader;
  readonly #counter: LogCounter;
  readonly #reader: UseReader;

  constructor(
    private readonly dataSource: DataSource,
    private readonly addresses: KeptAddresses,
  ) {
    this.#hours = new UseHours(dataSource);
    this.#searches = new UseSearches(dataSource);
    const chunks = new UseChunks(dataSource);
    this.#changes = new ChangeReader(dataSource);
    this.#counter = new LogCounter(dataSource, chunks);
    const rows = (question: LogQuestion, limit: number) => this.#rows(usesSources, question, limit);
    this.#reader = new UseReader(rows, chunks);
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

  /** The newest entries, at most `limit`, however long it takes to find them. */
  async read(filter: LogFilter, limit: number): Promise<LogRow[]> {
    return (await this.#newest(await this.#plan(filter), limit, Infinity)).rows;
  }

  /**
   * The same for somebody who waits: two filters that are both true of millions of entries may never be so of one. With
   * where the rest begins, as a cursor; null: there is no more.
   */
  async look(filter: LogFilter, limit: number): Promise<LogFound & { next: string | null }> {
    const deadline = performance.now() + this.patience.ms;
    const { rows, searchedFrom } = await this.#newest(await this.#plan(filter), limit + 1, deadline);
    const last = rows.length > limit ? rows[limit - 1] : searchedFrom && placeBefore(searchedFrom);
    return { rows: rows.slice(0, limit), searchedFrom, next: last ? encodeLogCursor(last) : null };
  }

  /** The entries behind the first `offset`, and how many there are in all. */
  async page(filter: LogFilter, limit: number, offset: number): Promise<LogCount & LogFound> {
    const startedAt = performance.now();
    const plan = await this.#plan(filter);
    const start = offset === 0 ? plan : await this.#planBehind(plan, offset);
    const { rows, searchedFrom, changes, uses } = start
      ? await this.#newest(start, limit, offset === 0 ? startedAt + this.patience.ms : Infinity, () => this.#uses(plan))
      : NOTHING;
    const seen = offset + rows.length;
    if (searchedFrom) return { rows, searchedFrom, total: seen, isExact: false };
    // It is the last page: nothing is left to be counted.
    if (rows.length < limit && (rows.length > 0 || offset === 0))
      return { rows, searchedFrom, total: seen, isExact: true };
    const ofChanges = (offset === 0 ? changes : undefined) ?? this.#changes.count(plan);
    const { total, isExact } = sumOf(await Promise.all([ofChanges, uses ?? this.#uses(plan)]));
    // Reading may have come further than counting did.
    return { rows, searchedFrom, total: rows.length > 0 ? Math.max(total, seen) : total, isExact };
  }

  async count(filter: LogFilter): Promise<LogCount> {
    const plan = await this.#plan(filter);
    return sumOf(await Promise.all([this.#changes.count(plan), this.#uses(plan)]));
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
    if (hasNoUses(filter)) return { filter, search: await this.#searchOf(q), hours: [], places: undefined };
    const [search, ofAddresses] = await Promise.all([this.#searchOf(q), placesOfAddresses(this.dataSource, filter)]);
    const ofTexts = search?.places;
    const places = ofTexts && ofAddresses ? ofTexts.and(ofAddresses) : (ofTexts ?? ofAddresses);
    const hours = await this.#hours.of(filter, places?.hours);
    return { filter, search, places, hours: places ? hours.flatMap((hour) => narrowed(hour, places)) : hours };
  }

  async #searchOf(q: string | undefined): Promise<UseSearch | undefined> {
    return q === undefined ? undefined : this.#searches.of(q, (ip) => this.addresses.formsOf(ip));
  }

  /** The plan of what is left behind so many entries; undefined: nothing is. */
  async #planBehind(plan: LogPlan, offset: number): Promise<LogPlan | undefined> {
    const { filter, hours, search, places } = plan;
    const taken: UseHour[] = [];
    const pace = new ReadingPace(isCounted(filter) ? offset : Math.max(offset, this.patience.firstUses));
    for (const { from, hours: more } of windowsOf(hours, () => pace.next())) {
      // From the newest on each time, because an offset is counted from there; the growth keeps that cheap.
      taken.push(...more);
      const window = windowOf(plan, { from, to: null, hours: taken });
      const [before] = await this.#page({ filter, search, window }, 1, offset - 1);
      if (before) {
        const rest = hours.filter(({ at }) => at <= before.timestamp.getTime());
        return { filter: { ...filter, before }, search, places, hours: rest };
      }
      pace.add(more);
    }
    return undefined;
  }

  /** How many uses match. */
  #uses(plan: LogPlan): Promise<LogCount> {
    return this.#counter.uses(plan, this.patience.firstUses);
  }

  /**
   * @param deadline when to look no further, by the monotonic clock; the newest uses are looked at in any case.
   * @param countUses begun as soon as it is known that there are more entries than are asked for.
   */
  async #newest(plan: LogPlan, limit: number, deadline: number, countUses?: () => Promise<LogCount>): Promise<Newest> {
    const { filter, search } = plan;
    const reading = { ofChangesIsOver: false };
    const asked = this.#changes.newest({ filter, search }, limit).finally(() => {
      reading.ofChangesIsOver = true;
    });
    // Until it is waited for below.
    asked.catch(() => undefined);
    const uses: LogRow[] = [];
    let counted: Promise<LogCount> | undefined;
    for await (const { rows: read, from, isOver } of this.#reader.read(plan, limit, deadline, this.patience)) {
      uses.push(...read);
      if (uses.length >= limit) counted ??= countUses?.();
      counted?.catch(() => undefined);
      // Changes may fill the page. Until that is known, more uses are read: that takes no longer.
      if (!reading.ofChangesIsOver && uses.length < limit && from !== null && !isOver) continue;
      const changes = await asked;
      const rows = merged(changes.rows, uses).slice(0, limit);
      // Whatever use is not read yet is older than these.
      const settled = from === null ? rows : rows.filter(({ timestamp }) => timestamp.getTime() >= from);
      if (from === null || settled.length === limit || isOver) {
        const isOpen = from !== null && settled.length < limit;
        return {
          rows: settled,
          searchedFrom: isOpen ? new Date(from) : null,
          changes: changes.count,
          uses: counted,
        };
      }
    }
    return NOTHING;
  }

  #page(question: LogQuestion, limit: number, offset: number): Promise<LogRow[]> {
    return this.#rows(logSources, question, limit, offset);
  }

  async #rows(
    sourcesOf: (question: LogQuestion, params: unknown[]) => LogSource[],
    question: LogQuestion,
    limit: number,
    offset = 0,
  ): Promise<LogRow[]> {
    const params: unknown[] = [];
    const sources = sourcesOf(question, params);
    if (sources.length === 0 || limit === 0) return [];
    return allowingTime(() => this.dataSource.query(newestFirst(sources, limit, offset), params));
  }
}

/** With how many of the entries that match are changes, where that was counted. */
interface Newest extends LogFound {
  readonly changes: LogCount | undefined;
  /** How many are uses, where that is being counted. */
  readonly uses: Promise<LogCount> | undefined;
}

const NOTHING: Newest = { rows: [], searchedFrom: null, changes: undefined, uses: undefined };

/** Both are newest first, and so is the answer. */
function merged(changes: readonly LogRow[], uses: readonly LogRow[]): LogRow[] {
  return [...changes, ...uses].sort((a, b) => b.timestamp.getTime() - a.timestamp.getTime() || (a.id < b.id ? 1 : -1));
}

const PIECE = 1_000;
/** Of a window in which pieces are read: so few days are in it that each statement looks at one or two. */
const WINDOW_USES = 50_000;

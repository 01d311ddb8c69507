import type { DataSource } from 'typeorm';
import { allowingTime } from '../database/statement-time.js';
import type { LogCount } from './log-plan.js';
import { changesSource, type LogQuestion, type LogRow } from './log-sources.js';
import { anyOfText, countOf, newestFirst, newestOfText } from './log-statements.js';

/** The newest changes that match. */
export interface ChangesFound {
  readonly rows: readonly LogRow[];
  /** How many match in all; undefined: nobody has counted. */
  readonly count: LogCount | undefined;
}

/** A text that stands in more changes than that is not counted any further. */
const TEXTS_MAX = 1_000;

/** Reads what changed: a few entries beside the uses, all of which are looked through for a text. */
export class ChangeReader {
  constructor(private readonly dataSource: DataSource) {}

  newest(question: LogQuestion, limit: number): Promise<ChangesFound> {
    return question.filter.q === undefined ? this.#newest(question, limit) : this.#withText(question, limit);
  }

  async count(question: LogQuestion): Promise<LogCount> {
    const max = question.filter.q === undefined ? undefined : TEXTS_MAX;
    const params: unknown[] = [];
    const [row] = await this.#ask<{ total: string }>(countOf(changesSource(question, params), max), params);
    const total = Number(row?.total);
    return { total, isExact: total !== max };
  }

  async #newest(question: LogQuestion, limit: number): Promise<ChangesFound> {
    const params: unknown[] = [];
    const rows = await this.#ask<LogRow>(newestFirst([changesSource(question, params)], limit, 0), params);
    return { rows, count: rows.length < limit ? { total: rows.length, isExact: true } : undefined };
  }

  /** Of a rare text, everything is found and counted at once; of any other, that it is none takes little to find out. */
  async #withText(question: LogQuestion, limit: number): Promise<ChangesFound> {
    const max = Math.max(TEXTS_MAX, limit);
    const params: unknown[] = [];
    const source = changesSource(question, params);
    const asked = await this.#ask<LogRow & { found: string }>(anyOfText(source, limit, max), params);
    const any = asked.map(({ found, ...row }) => ({ found: Number(found), row }));
    const total = any[0]?.found ?? 0;
    if (total < max) return { rows: any.map(({ row }) => row), count: { total, isExact: true } };
    return { rows: await this.#ask(newestOfText(source, limit), params), count: { total, isExact: false } };
  }

  #ask<Row extends object>(sql: string, params: unknown[]): Promise<Row[]> {
    return allowingTime(() => this.dataSource.query<Row[]>(sql, params));
  }
}

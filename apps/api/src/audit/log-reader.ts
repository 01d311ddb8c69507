import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { allowingTime } from '../database/statement-time.js';
import { type LogFilter, type LogRow, type LogSource, logSources } from './log-sources.js';

/** Reads the log, newest entries first. */
@Injectable()
export class LogReader {
  constructor(private readonly dataSource: DataSource) {}

  /** At most `limit` entries, behind the first `offset`. */
  read(filter: LogFilter, limit: number, offset = 0): Promise<LogRow[]> {
    const params: unknown[] = [];
    const sources = logSources(filter, params);
    return allowingTime(() => this.dataSource.query(newestFirst(sources, limit, offset), params));
  }

  /**
   * Every entry, in pieces that are read when they are asked for: in constant memory, and without holding a connection
   * or a transaction for as long as the slowest reader takes.
   */
  async *readAll(filter: LogFilter): AsyncGenerator<LogRow[]> {
    for (let { before } = filter; ;) {
      const piece = await this.read({ ...filter, before }, PIECE);
      if (piece.length > 0) yield piece;
      if (piece.length < PIECE) return;
      before = piece.at(-1);
    }
  }

  /** Entries that match, however many. */
  async count(filter: LogFilter): Promise<number> {
    const params: unknown[] = [];
    const counts = logSources(filter, params).map(({ fromWhere }) => `(SELECT count(*) ${fromWhere})`);
    const sql = `SELECT ${counts.join(' + ')} AS total`;
    const [row] = await allowingTime(() => this.dataSource.query<{ total: string }[]>(sql, params));
    return Number(row?.total);
  }

  /** Keys are rows of the room above, known here by their owner only. */
  async isKeyOf(ownerId: string, apiKeyId: string): Promise<boolean> {
    const sql = 'SELECT FROM api_keys WHERE id = $1 AND owner_id = $2';
    return (await this.dataSource.query<unknown[]>(sql, [apiKeyId, ownerId])).length > 0;
  }
}

const PIECE = 1_000;

/** Each table gives its newest through its index; only those few are put in order together. */
function newestFirst(sources: readonly LogSource[], limit: number, offset: number): string {
  const newest = sources.map(
    ({ columns, fromWhere }) => `(SELECT ${columns} ${fromWhere} ${NEWEST_FIRST} LIMIT ${offset + limit})`,
  );
  return `SELECT * FROM (${newest.join(' UNION ALL ')}) AS entry ${NEWEST_FIRST} LIMIT ${limit} OFFSET ${offset}`;
}

const NEWEST_FIRST = 'ORDER BY timestamp DESC, id DESC';

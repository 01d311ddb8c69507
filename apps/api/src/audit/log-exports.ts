import { Injectable, StreamableFile } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '#domain';
import type { Principal } from '../access/principal.js';
import { inTransaction } from '../database/transaction.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { AuditLog } from './audit-log.js';
import type { ExportLogsDto } from './export-logs.dto.js';
import { csvOf, fileName, jsonOf } from './log-file.js';
import { LogReader } from './log-reader.js';
import { keepHeapSmall } from './small-heap.js';

const FORMATS = {
  csv: { type: 'text/csv; charset=utf-8', write: csvOf },
  json: { type: 'application/json; charset=utf-8', write: jsonOf },
} as const;

/** Hands the log out as a file. Whoever takes it is in it. */
@Injectable()
export class LogExports {
  constructor(
    private readonly log: LogReader,
    private readonly audit: AuditLog,
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Everything up to now: what is added while the export runs is not waited for. */
  async start(
    format: keyof typeof FORMATS,
    caller: Principal,
    origin: RequestOrigin,
    { api_key_id: apiKeyId, start_date: from, end_date: end }: ExportLogsDto,
  ): Promise<StreamableFile> {
    const now = new Date(this.clock.now());
    await inTransaction(this.dataSource, (manager) =>
      this.audit.record(manager, {
        action: 'log_exported',
        origin,
        userId: caller.userId,
        statusCode: 200,
        metadata: { format, api_key_id: apiKeyId ?? null, start_date: from ?? null, end_date: end ?? null },
      }),
    );
    const { type, write } = FORMATS[format];
    const to = end && end < now ? end : now;
    return new StreamableFile(write(inSmallHeap(this.log.readAll({ apiKeyId, from, to }))), {
      type,
      disposition: `attachment; filename="${fileName(now.getTime(), format)}"`,
    });
  }
}

/** While it is read, which ends with the last piece or with the connection. */
async function* inSmallHeap<Piece>(pieces: AsyncIterable<Piece>): AsyncGenerator<Piece> {
  const release = keepHeapSmall();
  try {
    yield* pieces;
  } finally {
    release();
  }
}

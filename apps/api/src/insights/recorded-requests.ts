import { Injectable } from '@nestjs/common';
import { Clock } from '#domain';
import { LogReader } from '../audit/log-reader.js';
import type { LogRow } from '../audit/log-sources.js';
import { UsageIngest } from '../usage/usage-ingest.js';

/** Which request, and whose entries are looked at. */
export interface RequestQuestion {
  readonly requestId: string;
  /** Only what was done to or with the keys of this person. Undefined: everything. */
  readonly ownerId: string | undefined;
  /** When the request was; undefined: what its id says, or else now. */
  readonly at: Date | undefined;
}

/** Entries of one request: the uses of a batch and of the key that sent it are 101, changes in bulk may be more. */
export const ENTRIES_MAX = 1_000;

/** Finds what a request left in the log. There is no index on its id: the id says when it was, and there it is looked for. */
@Injectable()
export class RecordedRequests {
  #storing: Promise<void> | null = null;

  constructor(
    private readonly log: LogReader,
    private readonly ingest: UsageIngest,
    private readonly clock: Clock,
  ) {}

  /** Oldest first; empty when there is nothing on record that the asker may see. */
  async find({ requestId, ownerId, at }: RequestQuestion): Promise<LogRow[]> {
    const named = timeIn(requestId);
    const time = at?.getTime() ?? named ?? this.clock.now();
    if (Math.abs(this.clock.now() - time) < YOUNG_MS) await this.#storeWhatWaits();
    for (const { before, after } of time === named ? [NEAR, WIDE] : [WIDE]) {
      const window = { from: new Date(time - before), to: new Date(time + after) };
      const rows = await this.log.read({ requestId, ownerId, ...window }, ENTRIES_MAX);
      if (rows.length > 0) return rows.reverse();
    }
    return [];
  }

  /**
   * Uses wait on the disk for up to a second, and whoever was just refused asks at once. When so many wait that it takes
   * longer, nobody here waits for them; those of other instances cannot be waited for.
   */
  #storeWhatWaits(): Promise<void> {
    if (this.ingest.lagMs === 0 || this.ingest.lagMs > LAG_MS_MAX) return Promise.resolve();
    this.#storing ??= this.ingest.storeAll().finally(() => {
      this.#storing = null;
    });
    return this.#storing;
  }
}

const LAG_MS_MAX = 10_000;
const YOUNG_MS = 10_000;

/** A use is recorded soon after its request was named; a long body, or a clock that was put right, takes it further. */
const NEAR = { before: 1_000, after: 10_000 };
const WIDE = { before: 3_600_000, after: 3_600_000 };

/** What akm calls a request begins with when that was (RFC 9562 §5.7). Undefined: a proxy named it. */
function timeIn(requestId: string): number | undefined {
  return UUID_V7.test(requestId) ? parseInt(requestId.replace('-', '').slice(0, 12), 16) : undefined;
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

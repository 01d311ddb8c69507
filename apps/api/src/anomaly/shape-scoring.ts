import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock, type Evidence, initialPool, shape, type ShapeState } from '#domain';
import { inTransaction } from '../database/transaction.js';
import { EvidenceTally } from './evidence-tally.js';
import { ShapeChanges, USED_MS } from './shape-changes.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const BUCKET_MS = 5 * MINUTE_MS;
/** So long after their end, uses of five minutes are in the database, unless it was away. Later ones are not seen. */
const SETTLED_MS = MINUTE_MS;
/** As far back as uses are counted by the minute. What is older when a key is looked at was never seen by it. */
const COUNTED_MS = 47 * HOUR_MS;
/** How many keys are looked at together: those who verify keys meanwhile wait a millisecond. */
const KEYS = 8;

/**
 * Shows what keys did in each five minutes to the detector of shapes, also those in which they did nothing. Each key has its
 * own position, and its row is locked while it is looked at: instances share the keys among them, and what one was killed
 * at is done by the next.
 */
@Injectable()
export class ShapeScoring {
  /** Keys whose first uses were looked for. */
  private listedUntil = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly changes: ShapeChanges,
    private readonly clock: Clock,
  ) {}

  /** Looks at the next few keys. @returns whether there are more. */
  async score(): Promise<boolean> {
    const now = this.clock.now();
    const counted = Math.min(now - SETTLED_MS, await this.countedUntil());
    const closed = Math.floor(counted / BUCKET_MS) * BUCKET_MS;
    await this.list(closed);
    return inTransaction(this.dataSource, (manager) => this.piece(manager, closed));
  }

  /** What is stored and not counted yet would be taken for silence, and would not be looked at again. */
  private async countedUntil(): Promise<number> {
    const [row] = await this.dataSource.query<{ until: Date | null }[]>(COUNTED_UNTIL);
    return row?.until?.getTime() ?? Infinity;
  }

  /** Begins to watch keys that are used and were not watched. */
  private async list(closed: number): Promise<void> {
    if (this.listedUntil >= closed) return;
    const from = Math.max(this.listedUntil - BUCKET_MS, closed - COUNTED_MS);
    await this.dataSource.query(LIST, [new Date(from), new Date(closed)]);
    this.listedUntil = closed;
  }

  private async piece(manager: EntityManager, closed: number): Promise<boolean> {
    const due = await manager.query<DueKey[]>(DUE, [new Date(closed), new Date(closed - USED_MS), KEYS]);
    if (due.length === 0) return false;
    const keys = due.map((row) => new WatchedCounts(row, closed - COUNTED_MS));
    const from = Math.min(...keys.map(({ from: since }) => since));
    const counts = await manager.query<Count[]>(COUNTS, [due.map(({ id }) => id), new Date(from), new Date(closed)]);
    const tally = new EvidenceTally();
    for (const key of keys) tally.note(key.id, key.see(counts, closed));
    await manager.query(KEEP, [
      keys.map(({ id }) => id),
      keys.map(({ usedAt }) => usedAt),
      keys.map((key) => key.keep()),
      new Date(closed),
    ]);
    await tally.keep(manager);
    await this.changes.note(manager, new Map(keys.map((key) => [key.id, key.evidence])));
    return due.length === KEYS;
  }
}

interface DueKey {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly usedAt: number;
  readonly state: Buffer | null;
}

interface Count {
  readonly id: string;
  /** Where the five minutes begin. */
  readonly at: number;
  readonly calls: number;
}

class WatchedCounts {
  readonly id: string;
  readonly from: number;
  readonly evidence: Evidence[] = [];
  usedAt: number;
  private readonly state: ShapeState;

  constructor({ id, until, usedAt, state }: DueKey, counted: number) {
    this.id = id;
    this.from = Math.max(until, Math.ceil(counted / BUCKET_MS) * BUCKET_MS);
    this.usedAt = usedAt;
    this.state = (state && shape.decode(state)) ?? shape.init(this.from);
  }

  see(counts: readonly Count[], closed: number): readonly Evidence[] {
    const calls = new Map(counts.flatMap(({ id, at, calls: count }) => (id === this.id ? [[at, count]] : [])));
    for (let at = this.from; at < closed; at += BUCKET_MS) {
      const count = calls.get(at) ?? 0;
      if (count > 0) this.usedAt = at;
      const evidence = shape.step(this.state, { at, calls: count }, POOL);
      if (evidence) this.evidence.push(evidence);
    }
    return this.evidence;
  }

  keep(): Buffer {
    return Buffer.from(shape.encode(this.state));
  }
}

/** The shape of a key is compared with its own past alone. */
const POOL = initialPool();

const COUNTED_UNTIL = 'SELECT min(first_at) AS until FROM usage_uncounted';

/** $1 from when on, $2 until when uses are looked for. */
const LIST = `
  INSERT INTO watched_shapes (key_id, seen_until, used_at)
  SELECT key_id, date_bin('5 minutes', min(minute), 'epoch'), date_bin('5 minutes', max(minute), 'epoch')
  FROM usage_minutes
  WHERE minute >= $1 AND minute < $2 AND key_id <> '00000000-0000-0000-0000-000000000000'
  GROUP BY key_id ORDER BY key_id
  ON CONFLICT (key_id) DO UPDATE SET used_at = greatest(watched_shapes.used_at, excluded.used_at)
  WHERE watched_shapes.used_at < excluded.used_at - interval '29 days'`;

/** $1 until when, $2 used since when, $3 how many. */
const DUE = `
  SELECT key_id AS id, (extract(epoch FROM seen_until) * 1000)::float8 AS until,
    (extract(epoch FROM used_at) * 1000)::float8 AS "usedAt", state
  FROM watched_shapes WHERE seen_until < $1 AND used_at >= $2
  ORDER BY seen_until LIMIT $3 FOR UPDATE SKIP LOCKED`;

/** $1 keys, $2 from when on, $3 until when. Who uses what was taken out of use is not the key. */
const COUNTS = `
  SELECT key_id AS id, (extract(epoch FROM date_bin('5 minutes', minute, 'epoch')) * 1000)::float8 AS at,
    sum(uses)::float8 AS calls
  FROM usage_minutes
  WHERE key_id = ANY ($1::uuid[]) AND minute >= $2 AND minute < $3 AND outcome NOT IN ('REVOKED', 'GRACE_ENDED')
  GROUP BY 1, 2`;

/** $1 keys, $2 when they were used last, $3 states, $4 until when they were looked at. */
const KEEP = `
  UPDATE watched_shapes AS watched SET seen_until = $4, used_at = to_timestamp(seen.used_at / 1000), state = seen.state
  FROM unnest($1::uuid[], $2::float8[], $3::bytea[]) AS seen (key_id, used_at, state)
  WHERE watched.key_id = seen.key_id`;

import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock, type Evidence, isShared, SHAPE_CHANGED, SHARED_MS, sharedChange } from '#domain';
import { inTransaction } from '../database/transaction.js';
import { AnomalyBudget } from './anomaly-budget.js';
import { KeyAlerts } from './key-alerts.js';

/** A key that was not used for so long is looked at again once it is. */
export const USED_MS = 30 * 86_400_000;
/** How many five minutes are settled together. */
const MOMENTS = 12;

/**
 * Settles what becomes of changed shapes: alerts of each key, or one in the place of these where more than a tenth of all
 * have changed within the hour. That is known once every key was looked at, and so nothing is alerted before: the same uses end in the
 * same alerts, in whatever order and by however many instances they are looked at.
 */
@Injectable()
export class ShapeChanges {
  constructor(
    private readonly dataSource: DataSource,
    private readonly alerts: KeyAlerts,
    private readonly budget: AnomalyBudget,
    private readonly clock: Clock,
  ) {}

  /** Notes what was found about keys, in the transaction that moves the positions up to which they were looked at. */
  async note(manager: EntityManager, found: ReadonlyMap<string, readonly Evidence[]>): Promise<void> {
    const changes = [...found].flatMap(([keyId, evidence]) =>
      evidence.flatMap((each) => (each.e >= SHAPE_CHANGED ? [{ keyId, evidence: each }] : [])),
    );
    if (changes.length === 0) return;
    await manager.query(NOTE, [
      changes.map(({ keyId }) => keyId),
      changes.map(({ evidence }) => evidence.at),
      changes.map(({ evidence }) => JSON.stringify(evidence)),
    ]);
  }

  /** Settles the next few five minutes. @returns whether there are more. */
  async settle(): Promise<boolean> {
    const [waiting] = await this.dataSource.query<unknown[]>(WAITING);
    if (waiting === undefined) return false;
    return inTransaction(this.dataSource, async (manager) => {
      // What was said about keys is the watch's to write, and one at a time settles.
      await manager.query('SELECT FROM anomaly_watch FOR UPDATE');
      const now = this.clock.now();
      const [seen] = await manager.query<Seen[]>(SEEN, [new Date(now - USED_MS)]);
      if (seen === undefined || seen.until === null) return false;
      const moments = await manager.query<Moment[]>(MOMENTS_DUE, [seen.until, MOMENTS]);
      const thresholds = await this.budget.thresholds(manager);
      const own = new Map<string, Evidence[]>();
      const shared: Evidence[] = [];
      for (const { at, changed, keys } of moments) {
        const alerted = keys.filter(({ evidence }) => evidence.e >= thresholds.shape);
        if (alerted.length === 0) continue;
        if (isShared(changed, seen.keys)) shared.push(sharedChange(changed, seen.keys, at));
        else for (const { id, evidence } of alerted) own.set(id, [...(own.get(id) ?? []), evidence]);
      }
      await this.alerts.note(manager, own, shared, now);
      const last = moments.at(-1);
      if (last) await manager.query(SETTLED, [last.at]);
      await manager.query(FORGET, [seen.until, SHARED_MS / 1000]);
      return moments.length === MOMENTS;
    });
  }
}

interface Seen {
  /** Every key was looked at until then; null: there is none. */
  readonly until: Date | null;
  readonly keys: number;
}

interface Moment {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** How many keys have changed within the hour that ends then. */
  readonly changed: number;
  readonly keys: readonly { readonly id: string; readonly evidence: Evidence }[];
}

const NOTE = `
  INSERT INTO shape_changes (key_id, at, evidence)
  SELECT key_id, to_timestamp(at / 1000), evidence::jsonb
  FROM unnest($1::uuid[], $2::float8[], $3::text[]) AS change (key_id, at, evidence) ORDER BY 1, 2
  ON CONFLICT DO NOTHING`;

const WAITING = `SELECT 1 AS one FROM shape_changes WHERE NOT is_settled LIMIT 1`;

/** $1 used since when. */
const SEEN = `SELECT min(seen_until) AS until, count(*)::integer AS keys FROM watched_shapes WHERE used_at >= $1`;

/** $1 until when all keys were looked at, $2 how many. */
const MOMENTS_DUE = `
  SELECT (extract(epoch FROM due.at) * 1000)::float8 AS at, due.keys, (
    SELECT count(DISTINCT key_id) FROM shape_changes AS change
    WHERE change.at > due.at - interval '1 hour' AND change.at <= due.at
  )::integer AS changed
  FROM (
    SELECT at, jsonb_agg(jsonb_build_object('id', key_id, 'evidence', evidence) ORDER BY key_id) AS keys
    FROM shape_changes WHERE NOT is_settled AND at < $1 GROUP BY at ORDER BY at LIMIT $2
  ) AS due ORDER BY due.at`;

/** $1 the last five minutes, in milliseconds since the epoch. */
const SETTLED = `UPDATE shape_changes SET is_settled = true WHERE NOT is_settled AND at <= to_timestamp($1::float8 / 1000)`;

/** $1 until when all keys were looked at, $2 for how many seconds what was settled counts. */
const FORGET = `DELETE FROM shape_changes WHERE is_settled AND at < $1::timestamptz - make_interval(secs => $2)`;

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock, type UsesBefore } from '#domain';
import { usesOfBatch } from '../log-tree/uses-of-batch.sql.js';
import { MINUTES_KEPT_MS } from '../usage/usage-minute.entity.js';

/** Counts how often a key was let in before it was refused for being used too often. */
@Injectable()
export class UsesBeforeRefusal {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /**
   * The minute from the uses, of which a key has at most some thousands in it; the rest from what is counted, and from the
   * uses that wait to be.
   */
  async of(keyId: string, at: Date): Promise<UsesBefore> {
    const [row] = await this.dataSource.query<Record<keyof UsesBefore, string>[]>(USES, [keyId, at]);
    const isMinuteKnown = at.getTime() - HOUR_MS > this.clock.now() - MINUTES_KEPT_MS;
    return {
      minute: Number(row?.minute),
      hour: isMinuteKnown ? Number(row?.hour) : null,
      day: Number(row?.day),
    };
  }
}

const HOUR_MS = 3_600_000;

const USES = `
  WITH uncounted AS MATERIALIZED (
    SELECT use.timestamp FROM usage_uncounted AS batch, LATERAL (${usesOfBatch(
      'timestamp',
      `key_id = $1 AND timestamp > $2::timestamptz - interval '1 day' AND timestamp < $2::timestamptz + interval '1 hour'
      AND outcome = 'VALID'`,
    )}) AS use
  )
  SELECT
    (SELECT count(*) FROM usage_events
      WHERE key_id = $1 AND timestamp BETWEEN $2::timestamptz - interval '1 minute' AND $2 AND outcome = 'VALID') AS minute,
    (SELECT COALESCE(sum(uses), 0) FROM usage_minutes
      WHERE key_id = $1 AND minute > $2::timestamptz - interval '1 hour' AND minute <= $2 AND outcome = 'VALID')
    + (SELECT count(*) FROM uncounted WHERE ${binned('minute')} > $2::timestamptz - interval '1 hour'
      AND ${binned('minute')} <= $2) AS hour,
    (SELECT COALESCE(sum(uses), 0) FROM usage_hours
      WHERE key_id = $1 AND hour > $2::timestamptz - interval '1 day' AND hour <= $2 AND outcome = 'VALID')
    + (SELECT count(*) FROM uncounted WHERE ${binned('hour')} > $2::timestamptz - interval '1 day'
      AND ${binned('hour')} <= $2) AS day`;

function binned(unit: 'minute' | 'hour'): string {
  return `date_bin('1 ${unit}', timestamp, 'epoch')`;
}

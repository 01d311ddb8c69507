import type { DataSource } from 'typeorm';
import { allowingTime } from '../database/statement-time.js';
import type { LogFilter } from './log-filter.js';
import { type Place, Places } from './places.js';
import { boundsOf, HOUR_MS } from './use-hours.js';

/** Uses of an address that are looked up. Of one that has more, the newest. */
const USES_MAX = 2_000;

/**
 * Finds out when the newest uses from an address were, through the index on it: there are few, or they are recent. With
 * anything else that is asked for, only there has to be looked.
 */
export async function placesOfAddresses(dataSource: DataSource, filter: LogFilter): Promise<Places | undefined> {
  if (filter.addresses === undefined) return undefined;
  const { first, last } = boundsOf(filter);
  const params = [filter.addresses, USES_MAX, first ?? '-infinity', last ?? 'infinity'];
  const rows = await allowingTime(() => dataSource.query<AddressHour[]>(HOURS, params));
  const byHour = new Map<number, Place>();
  let since = -Infinity;
  for (const { hour, from, to, uses, is_cut: isCut } of rows) {
    const at = Number(hour);
    const others = byHour.get(at);
    const here = { from: Number(from), to: Number(to) + 1, uses };
    byHour.set(at, others ? joined(others, here) : here);
    // Of the hour in which it was cut off, not all are known.
    if (isCut) since = Math.max(since, at + HOUR_MS);
  }
  return new Places(byHour, since);
}

/** Of one of the forms of an address; times in milliseconds since the epoch. */
interface AddressHour {
  readonly hour: string;
  /** The first and the last use in this hour. */
  readonly from: string;
  readonly to: string;
  readonly uses: number;
  /** Whether there may be older ones, from the same hour too. */
  readonly is_cut: boolean;
}

const MS = (time: string) => `(extract(epoch FROM ${time}) * 1000)::bigint`;

/** $1 addresses, $2 how many uses of each, $3 and $4 from when and until when. */
const HOURS = `
  SELECT ${MS("date_bin('1 hour', timestamp, 'epoch')")} AS hour, ${MS('min(timestamp)')} AS from,
    ${MS('max(timestamp)')} AS to, count(*)::integer AS uses, bool_or(place = $2) AS is_cut
  FROM unnest($1::text[]) AS form (address), LATERAL (
    SELECT timestamp, row_number() OVER (ORDER BY timestamp DESC) AS place FROM usage_events
    WHERE ip_address = form.address AND timestamp >= $3 AND timestamp <= $4 ORDER BY timestamp DESC LIMIT $2
  ) AS use
  GROUP BY form.address, 1`;

function joined(one: Place, other: Place): Place {
  const uses = (one.uses ?? 0) + (other.uses ?? 0);
  return { from: Math.min(one.from, other.from), to: Math.max(one.to, other.to), uses };
}

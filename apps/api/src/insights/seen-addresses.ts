import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { contains } from '#domain';
import { originsText } from '../geo/origin.js';
import { Origins } from '../geo/origins.js';
import { parseAddress, parseRange } from '../keys/address-range.js';

/** From where a key was used lately. */
export interface SeenAddresses {
  /** Uses that were looked at and let in. */
  readonly uses: number;
  /** Of the oldest among them. */
  readonly since: Date;
  /** As they were kept; null: a use told none. */
  readonly addresses: readonly (string | null)[];
  /** In words, what databases say of them; null: there is none, or it says nothing. */
  readonly origins: string | null;
}

/** The last uses of a key that are looked at: so many, and not older than so. */
const USES_MAX = 500;
const LOOKED_BACK_MS = 30 * 86_400_000;

/** So few uses say nothing, and neither do those of a shorter time. */
const USES_MIN = 50;
const SEEN_MS_MIN = 7 * 86_400_000;
/** More addresses than that are no list to be written down. */
const OFFERED_MAX = 10;

/** Looks at the last uses of a few keys: there is no count of addresses, and uses are too many to be read. */
@Injectable()
export class SeenAddressesOfKeys {
  constructor(
    private readonly dataSource: DataSource,
    private readonly origins: Origins,
  ) {}

  async of(keyIds: readonly string[], now: number): Promise<ReadonlyMap<string, SeenAddresses>> {
    if (keyIds.length === 0) return new Map();
    const seen = new Map<string, Omit<SeenAddresses, 'origins'>>();
    await this.origins.refresh();
    const rows = await this.dataSource.query<SeenRow[]>(SEEN, [keyIds, new Date(now - LOOKED_BACK_MS), USES_MAX]);
    for (const { key_id, ip_address, uses, since } of rows) {
      const known = seen.get(key_id);
      seen.set(key_id, {
        uses: (known?.uses ?? 0) + uses,
        since: known && known.since < since ? known.since : since,
        addresses: [...(known?.addresses ?? []), ip_address],
      });
    }
    return new Map(
      Array.from(seen, ([id, of]) => [
        id,
        { ...of, origins: originsText(of.addresses.map((each) => this.origins.of(each))) },
      ]),
    );
  }
}

/** The list that would allow what was seen; null where too little was seen, or too much, or it was not kept whole. */
export function listOfSeen(seen: SeenAddresses | undefined, now: number): string[] | null {
  if (!seen || !isTelling(seen, now) || seen.addresses.length > OFFERED_MAX) return null;
  const ranges = seen.addresses.flatMap((address) => (address !== null && parseRange(address) ? [address] : []));
  return ranges.length === seen.addresses.length ? ranges.sort() : null;
}

/** What of a list nothing was seen from, and what of it is left; null where that cannot be told, or nothing would be. */
export function unseenOf(
  allowed: readonly string[],
  seen: SeenAddresses | undefined,
  now: number,
): { unseen: string[]; left: string[] } | null {
  if (!seen || !isTelling(seen, now)) return null;
  const addresses = seen.addresses.flatMap((address) => (address === null ? [] : (parseAddress(address) ?? [])));
  if (addresses.length < seen.addresses.length) return null;
  const isSeen = (text: string) => {
    const range = parseRange(text);
    return range !== null && addresses.some((address) => contains(range, address));
  };
  const [left, unseen] = [allowed.filter(isSeen), allowed.filter((range) => !isSeen(range))];
  return left.length === 0 || unseen.length === 0 ? null : { unseen, left };
}

function isTelling({ uses, since }: SeenAddresses, now: number): boolean {
  return uses >= USES_MIN && now - since.getTime() >= SEEN_MS_MIN;
}

interface SeenRow {
  readonly key_id: string;
  readonly ip_address: string | null;
  readonly uses: number;
  readonly since: Date;
}

/** $1 keys, $2 since when, $3 how many. What was refused counts among them, or a key that only is would be read to its end. */
const SEEN = `
  SELECT key.id AS key_id, ip_address, count(*)::integer AS uses, min(timestamp) AS since
  FROM unnest($1::uuid[]) AS key (id), LATERAL (
    SELECT ip_address, timestamp, outcome FROM usage_events
    WHERE key_id = key.id AND timestamp > $2 ORDER BY timestamp DESC LIMIT $3::integer
  ) AS use
  WHERE outcome = 'VALID' GROUP BY key.id, ip_address`;

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { NO_PERMISSION } from '../usage/asked-permission.entity.js';

/** What was asked of a key lately, and granted. */
export interface AskedOfKey {
  readonly permissions: readonly string[];
  /** Since when that is known, no further back than it is looked, and of the permissions that the key has now. */
  readonly since: Date;
  /** Why it is not known for longer; null: it is. */
  readonly because: 'recorded' | 'changed' | null;
}

/** So short a time says nothing. */
const KNOWN_MS_MIN = 7 * 86_400_000;

/** Looks at what was asked of a few keys. */
@Injectable()
export class AskedOfKeys {
  constructor(private readonly dataSource: DataSource) {}

  /** Nothing of a key of which too little is known, or that was used without saying for what. */
  async of(keyIds: readonly string[], since: Date, now: number): Promise<ReadonlyMap<string, AskedOfKey>> {
    if (keyIds.length === 0) return new Map();
    const rows = await this.dataSource.query<AskedRow[]>(ASKED, [keyIds, since]);
    const telling = rows.map((row) => [row.key_id, askedOf(row, since)] as const);
    return new Map(
      telling.filter(
        ([, { permissions, since: known }]) =>
          !permissions.includes(NO_PERMISSION) && now - known.getTime() >= KNOWN_MS_MIN,
      ),
    );
  }
}

interface AskedRow {
  readonly key_id: string;
  readonly permissions: readonly string[];
  readonly recorded_since: Date;
  readonly changed_at: Date | null;
}

function askedOf({ permissions, recorded_since: recorded, changed_at: changed }: AskedRow, since: Date): AskedOfKey {
  if (changed !== null && changed > since && changed >= recorded)
    return { permissions, since: changed, because: 'changed' };
  return recorded > since
    ? { permissions, since: recorded, because: 'recorded' }
    : { permissions, since, because: null };
}

/**
 * $1 keys, $2 since when. Of the first day something may be missing, if another instance did not record yet what is asked
 * for, and so what is known begins with the day after it.
 */
const ASKED = `
  SELECT asked.*, (
      SELECT max(timestamp) FROM audit_log
      WHERE api_key_id = asked.key_id AND timestamp > $2 AND action = 'api_key_updated' AND metadata->'changes' ? 'permissions'
    ) AS changed_at
  FROM (
    SELECT key_id, (min(first_on) + 1)::timestamp AT TIME ZONE 'UTC' AS recorded_since,
      array_agg(permission ORDER BY permission) FILTER (WHERE last_on >= ($2::timestamptz AT TIME ZONE 'UTC')::date)
        AS permissions
    FROM asked_permissions WHERE key_id = ANY ($1::uuid[]) GROUP BY key_id
  ) AS asked
  WHERE permissions IS NOT NULL`;

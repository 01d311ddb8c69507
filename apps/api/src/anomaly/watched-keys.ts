import type { EntityManager } from 'typeorm';
import type { EvidenceKind } from '#domain';
import type { Subject } from './anomaly-book.js';
import { type KeptStates, KeyWatcher } from './key-watcher.js';
import { NOTHING_SAID, type Quiet } from './quiet.js';

/** A key, what is remembered of it and what was said about it. */
export interface WatchedKeyRecord {
  readonly subject: Subject;
  readonly watcher: KeyWatcher;
  quiet: Quiet;
}

/** Stands for no key where a primary key has no room for NULL. */
export const NO_KEY = '00000000-0000-0000-0000-000000000000';

/**
 * @param firstUses when each key was used first in this turn.
 * @param now milliseconds since the epoch.
 */
export async function readWatchedKeys(
  manager: EntityManager,
  firstUses: ReadonlyMap<string, number>,
  now: number,
): Promise<Map<string, WatchedKeyRecord>> {
  const records = new Map<string, WatchedKeyRecord>();
  for (const ids of piecesOf([...firstUses.keys()])) {
    for (const row of await manager.query<KeyRow[]>(READ, [ids, new Date(now)])) {
      const { key_id: keyId, owner_id: ownerId, permissions, muted, quiet } = row;
      const subject = { keyId, ownerId, canWrite: !permissions.every(isReading), muted: new Set(muted) };
      const kept = row.seenUntil === null ? undefined : row;
      const watcher = new KeyWatcher(kept, firstUses.get(keyId) ?? now, row.is_canary);
      records.set(keyId, { subject, watcher, quiet: quiet ?? NOTHING_SAID });
    }
  }
  return records;
}

export async function keepWatchedKeys(manager: EntityManager, records: Iterable<WatchedKeyRecord>): Promise<void> {
  for (const piece of piecesOf([...records])) {
    const rows = piece.map(({ subject, watcher, quiet }) => ({ id: subject.keyId, kept: watcher.keep(), quiet }));
    await manager.query(KEEP, [
      rows.map(({ id }) => id),
      rows.map(({ kept }) => kept.seenUntil),
      rows.map(({ kept }) => kept.place),
      rows.map(({ kept }) => kept.denied),
      rows.map(({ kept }) => kept.sharing),
      rows.map(({ kept }) => kept.dormant),
      rows.map(({ kept }) => kept.retiredSecret),
      rows.map(({ quiet }) => JSON.stringify(quiet)),
    ]);
  }
}

/** States are read and written a few keys at a time: those who verify keys in between wait two milliseconds. */
const KEYS_A_PIECE = 25;

function piecesOf<T>(all: readonly T[]): T[][] {
  const count = Math.ceil(all.length / KEYS_A_PIECE);
  return Array.from({ length: count }, (_, n) => all.slice(n * KEYS_A_PIECE, (n + 1) * KEYS_A_PIECE));
}

/** Whom evidence is about that is about no key of ours. */
export async function readNobody(manager: EntityManager, now: number): Promise<Subject> {
  const rows = await manager.query<{ kind: EvidenceKind }[]>(
    'SELECT kind FROM anomaly_mutes WHERE key_id = $1 AND until > $2',
    [NO_KEY, new Date(now)],
  );
  return { keyId: null, ownerId: null, canWrite: false, muted: new Set(rows.map(({ kind }) => kind)) };
}

type KeyRow = (KeptStates | NothingKept) & {
  readonly key_id: string;
  readonly owner_id: string;
  readonly permissions: readonly string[];
  readonly is_canary: boolean;
  readonly quiet: Quiet | null;
  readonly muted: readonly EvidenceKind[];
};

interface NothingKept {
  readonly seenUntil: null;
}

/** $1 keys, $2 now. A key that is no longer there is not answered. */
const READ = `
  SELECT key.id AS key_id, key.owner_id, key.permissions, key.is_canary, place, denied, sharing, dormant,
    retired_secret AS "retiredSecret", quiet, (extract(epoch FROM seen_until) * 1000)::float8 AS "seenUntil",
    ARRAY(SELECT kind FROM anomaly_mutes AS mute WHERE mute.key_id = key.id AND mute.until > $2) AS muted
  FROM api_keys AS key LEFT JOIN watched_keys AS watched ON watched.key_id = key.id
  WHERE key.id = ANY ($1::uuid[])`;

const KEEP = `
  INSERT INTO watched_keys (key_id, seen_until, place, denied, sharing, dormant, retired_secret, quiet)
  SELECT key_id, to_timestamp(seen_until / 1000), place, denied, sharing, dormant, retired_secret, quiet::jsonb
  FROM unnest($1::uuid[], $2::float8[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bytea[], $8::text[])
    AS kept (key_id, seen_until, place, denied, sharing, dormant, retired_secret, quiet)
  ORDER BY key_id
  ON CONFLICT (key_id) DO UPDATE SET seen_until = excluded.seen_until, place = excluded.place,
    denied = excluded.denied, sharing = excluded.sharing, dormant = excluded.dormant,
    retired_secret = excluded.retired_secret, quiet = excluded.quiet`;

/** Whether the permission lets nobody change anything. */
function isReading(permission: string): boolean {
  return /(^|[.:])read$/.test(permission);
}

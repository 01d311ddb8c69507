import type { EntityManager } from 'typeorm';

/** What uses of keys are to the detectors. */
type UseKind = 'used' | 'denied' | 'retired' | 'unknown';

/**
 * Uses of one key that came one after the other, for that key, from one address and client within five minutes, told as
 * one: the detectors would learn no more from each of them. Every refusal is told on its own, and so is each unknown key.
 */
export interface UseRun {
  readonly kind: UseKind;
  /** Null when the key is none of ours. */
  readonly key_id: string | null;
  /** The key, or what tells one that is none of ours from others. */
  readonly presented: string;
  /** Whether the whole key was, and not only a secret of it. */
  readonly is_revoked: boolean;
  /** Milliseconds since the epoch, of the first in order and of the latest. */
  readonly first_at: number;
  readonly last_at: number;
  readonly uses: number;
  readonly address: string | null;
  readonly user_agent: string | null;
  /** Method and endpoint of a refusal. */
  readonly asked: string | null;
}

/** The uses that stand in the log from `position` on and before `until`, in that order. */
export function readUseRuns(manager: EntityManager, position: number, until: number): Promise<UseRun[]> {
  return manager.query(USE_RUNS, [position, until]);
}

/**
 * The place in the log is the order: it is given out while the tree is locked, so that nothing appears behind a position
 * that was read. A run ends where another one of the same key begins, and what is cut in two by the end of a batch is
 * two runs, from which the detectors learn the same as from one.
 */
const USE_RUNS = `
  WITH use AS (
    SELECT leaf, timestamp, key_id, COALESCE(key_id, secret_id) AS presented, outcome = 'REVOKED' AS is_revoked,
      ip_address, user_agent, method, endpoint, date_bin('5 minutes', timestamp, 'epoch') AS bucket,
      CASE
        WHEN key_id IS NULL THEN 'unknown'
        -- Known and yet not found are canaries only.
        WHEN outcome IN ('REVOKED', 'GRACE_ENDED', 'NOT_FOUND') THEN 'retired'
        WHEN outcome IN ('INSUFFICIENT_PERMISSIONS', 'SERVICE_NOT_ALLOWED', 'WRONG_ENVIRONMENT') THEN 'denied'
        ELSE 'used' END AS kind
    FROM usage_events
    WHERE leaf >= $1 AND leaf < $2 AND (key_id IS NOT NULL OR (outcome = 'NOT_FOUND' AND secret_id IS NOT NULL))
  ), placed AS (
    SELECT *, row_number() OVER (PARTITION BY presented ORDER BY leaf)
      - row_number() OVER (PARTITION BY presented, kind, is_revoked, ip_address, user_agent, bucket ORDER BY leaf) AS run
    FROM use
  )
  SELECT kind, key_id, presented, is_revoked, ip_address AS address, user_agent,
    count(*)::integer AS uses, min(method || ' ' || endpoint) FILTER (WHERE kind = 'denied') AS asked,
    (extract(epoch FROM (array_agg(timestamp ORDER BY leaf))[1]) * 1000)::float8 AS first_at,
    (extract(epoch FROM max(timestamp)) * 1000)::float8 AS last_at
  FROM placed
  GROUP BY key_id, presented, kind, is_revoked, ip_address, user_agent, bucket, run,
    CASE WHEN kind <> 'used' AND key_id IS NOT NULL THEN leaf END
  ORDER BY min(leaf)`;

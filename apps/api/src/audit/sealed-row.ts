import type { ChangeEntry, LoggedEntry, PlacedEntry, UseEntry } from '#domain';

/** The tables that the log is made of, with what the leaf of an entry is computed from. */
export const SEALED_ROWS = {
  change: {
    table: 'audit_log',
    columns: `id, (extract(epoch FROM timestamp) * 1000)::float8 AS at, action, api_key_id AS "keyId", user_id AS "userId",
      endpoint, method, request_id AS "requestId", status_code AS "statusCode", response_time_ms AS "responseTimeMs",
      ip_address AS ip, user_agent AS "userAgent", error_message AS "errorMessage", metadata,
      leaf::float8 AS leaf, salt, commitment`,
  },
  use: {
    table: 'usage_events',
    columns: `id, (extract(epoch FROM timestamp) * 1000)::float8 AS at, key_id AS "keyId", secret_id AS "secretId",
      owner_id AS "ownerId", outcome, latency_us AS "latencyUs", request_id AS "requestId", method, endpoint,
      ip_address AS ip, user_agent AS "userAgent",
      leaf::float8 AS leaf, salt, commitment`,
  },
} as const;

/** A row as these columns give it. Its place is null until it has been added to the tree. */
export type SealedRow<Entry> = Omit<Entry, 'kind'> & {
  readonly leaf: number | null;
  readonly salt: Buffer | null;
  readonly commitment: Buffer | null;
};

/** What a row says and where. Times finer than a millisecond, which nobody here writes, make another entry of it. */
export function placedEntry(kind: 'change' | 'use', row: SealedRow<ChangeEntry> | SealedRow<UseEntry>): PlacedEntry {
  const { leaf, salt, commitment, ...said } = row;
  return { entry: { kind, ...said } as LoggedEntry, leaf: leaf ?? -1, salt, commitment };
}

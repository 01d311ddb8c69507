/** What may be recommended about a key, from its row alone. */
export const REVIEWED_KINDS = [
  'rotation_overdue',
  'expiring',
  'admin_key',
  'unrestricted',
  'unused',
  'old_secret',
  'no_expiry',
] as const;
export type ReviewedKind = (typeof REVIEWED_KINDS)[number];

/** Besides, for the list of keys to be rotated and for the addresses of which nobody makes use. */
export type ReviewList = ReviewedKind | 'needs_rotation' | 'restricted';

export interface ReviewParams {
  readonly ownerId: string | null;
  readonly now: Date;
  /** Secrets made before are old. */
  readonly oldBefore: Date;
  /** Keys not used since are unused. */
  readonly unusedSince: Date;
  /** Keys that expire by then expire soon. */
  readonly expiringBy: Date;
  readonly limit: number;
  readonly offset: number;
}

/** Counts what there is, and what works now. */
export function countKeys({ ownerId, now }: ReviewParams): { sql: string; params: unknown[] } {
  const sql = `
    SELECT count(*)::integer AS total, (count(*) FILTER (WHERE ${LIVE}))::integer AS active FROM api_keys k
    ${ownerId === null ? '' : 'WHERE k.owner_id = $2'}`;
  return { sql, params: ownerId === null ? [now] : [now, ownerId] };
}

/**
 * The keys that work are read once, each with its current secret and its last use; every list takes its first from what
 * was read and counts the rest. Nothing of what uses left is read but their totals.
 */
export function reviewKeys(lists: readonly ReviewList[], params: ReviewParams): { sql: string; params: unknown[] } {
  const { ownerId, now, oldBefore, unusedSince, expiringBy, limit, offset } = params;
  const sql = `
    WITH asked AS (
      SELECT $1::timestamptz AS asked_at, $2::timestamptz AS old_before, $3::timestamptz AS unused_since,
        $4::timestamptz AS expiring_by
    ), live AS MATERIALIZED (
      SELECT k.id, k.name, k.owner_id, k.permissions, k.allowed_ips, k.expires_at, k.created_at, k.rotate_every_days,
        s.display, s.created_at AS secret_since, u.last_used_at,
        s.created_at + make_interval(hours => 24 * k.rotate_every_days) AS rotation_at
      FROM api_keys k JOIN api_key_secrets s ON s.key_id = k.id AND s.retired_at IS NULL
      LEFT JOIN LATERAL (SELECT max(last_used_at) AS last_used_at FROM key_usage WHERE key_id = k.id) AS u ON true
      WHERE ${LIVE} ${ownerId === null ? '' : 'AND k.owner_id = $7'}
    ), counts AS (SELECT ${lists.map(countOf).join(', ')} FROM live, asked)
    ${lists.map(listOf).join(' UNION ALL ')}`;
  const values = [now, oldBefore, unusedSince, expiringBy, limit, offset];
  return { sql, params: ownerId === null ? values : [...values, ownerId] };
}

/** As the domain has it, see statusOf; a canary never works. */
const LIVE = `k.state = 'active' AND NOT k.is_canary AND (k.expires_at IS NULL OR k.expires_at > $1)`;

const OVERDUE = `(rotation_at <= asked_at AND (expires_at IS NULL OR rotation_at < expires_at))`;
const OLD = '(secret_since <= old_before)';
const EXPIRING = '(expires_at <= expiring_by)';

const COLUMNS = `id, name, owner_id, permissions, allowed_ips, expires_at, created_at, display, secret_since,
  last_used_at, rotation_at`;

interface Rule {
  readonly where: string;
  /** What the list is sorted by. */
  readonly order: string;
}

const RULES: Readonly<Record<ReviewList, Rule>> = {
  needs_rotation: { where: `${OVERDUE} OR ${OLD} OR ${EXPIRING}`, order: 'secret_since' },
  rotation_overdue: { where: OVERDUE, order: 'rotation_at' },
  expiring: { where: EXPIRING, order: 'expires_at' },
  admin_key: { where: `permissions && '{admin,akm:*}'`, order: 'created_at' },
  // The newest first: whoever made it last still knows from where it is used.
  unrestricted: { where: `allowed_ips = '{}'`, order: 'created_at DESC' },
  unused: { where: 'COALESCE(last_used_at, created_at) <= unused_since', order: 'COALESCE(last_used_at, created_at)' },
  old_secret: { where: OLD, order: 'secret_since' },
  no_expiry: { where: 'expires_at IS NULL', order: 'created_at' },
  // Of one range, nothing can be taken away: without any, every address is allowed.
  restricted: { where: 'cardinality(allowed_ips) > 1 AND last_used_at > unused_since', order: 'last_used_at DESC' },
};

function countOf(list: ReviewList): string {
  return `(count(*) FILTER (WHERE ${RULES[list].where}))::integer AS ${list}`;
}

/** A page that lies behind the end has one row, without a key, for the count. */
function listOf(list: ReviewList): string {
  const { where, order } = RULES[list];
  return `(SELECT '${list}' AS list, counts.${list} AS total, key.* FROM counts LEFT JOIN LATERAL (
    SELECT ${COLUMNS} FROM live, asked WHERE ${where} ORDER BY ${order}, id LIMIT $5::integer OFFSET $6::integer
  ) AS key ON true)`;
}

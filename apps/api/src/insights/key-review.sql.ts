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

/** Besides, for the list of keys to be rotated, and for the permissions and addresses of which nobody makes use. */
export type ReviewList = ReviewedKind | 'needs_rotation' | 'wide' | 'restricted';

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

/**
 * One statement, so that all of it is of the same moment: how many keys there are, how many of them work, and of each list
 * the page that was asked for and, where somebody is told, how many there are in all. A list is found by an index that has little else, or read from
 * its first on; all keys are looked at once, for what may hold of most of them.
 */
export function reviewKeys(lists: readonly ReviewList[], params: ReviewParams): { sql: string; params: unknown[] } {
  const { ownerId, now, oldBefore, unusedSince, expiringBy, limit, offset } = params;
  const whose = ownerId === null ? '' : 'AND k.owner_id = $7';
  const sql = `
    WITH asked AS (${ASKED}), whole AS (
      SELECT count(*)::integer AS total, (count(*) FILTER (WHERE ${LIVE}))::integer AS active,
        (count(*) FILTER (WHERE ${LIVE} AND ${UNRESTRICTED}))::integer AS unrestricted
      FROM api_keys k WHERE true ${whose}
    ), ${Object.entries(RULES)
      .filter(([list]) => IN_OTHERS.has(list) || lists.some((each) => each === list))
      .map(([list, { keys }]) => `${list} AS (${keys(whose)})`)
      .join(', ')}, counted AS (
      SELECT 'total' AS list, total AS count FROM whole UNION ALL SELECT 'active', active FROM whole
      ${lists.map((list) => `UNION ALL SELECT '${list}', ${countOf(list)}`).join('\n      ')}
    ), picked AS (${lists.map(pickedOf).join(' UNION ALL ')})
    SELECT counted.list, counted.count, ${COLUMNS}
    FROM counted LEFT JOIN (
      picked JOIN api_keys k ON k.id = picked.id JOIN api_key_secrets s ON s.key_id = k.id AND s.retired_at IS NULL
    ) ON picked.list = counted.list
    ORDER BY counted.list, picked.place`;
  const values = [now, oldBefore, unusedSince, expiringBy, limit, offset];
  return { sql, params: ownerId === null ? values : [...values, ownerId] };
}

/** Says of what type each parameter is, those too that no list asks for. */
const ASKED = 'SELECT $1::timestamptz, $2::timestamptz, $3::timestamptz, $4::timestamptz';

/** As the domain has it, see statusOf; a canary never works. */
const LIVE = `k.state = 'active' AND NOT k.is_canary AND (k.expires_at IS NULL OR k.expires_at > $1)`;

const UNRESTRICTED = `k.allowed_ips = '{}'`;
const ROTATION_AT = 's.created_at + make_interval(hours => 24 * k.rotate_every_days)';
const LAST_USED_AT = '(SELECT max(u.last_used_at) FROM key_usage u WHERE u.key_id = k.id)';

const COLUMNS = `k.id, k.name, k.owner_id, k.permissions, k.allowed_ips, k.expires_at, k.created_at, s.display,
  s.created_at AS secret_since, ${LAST_USED_AT} AS last_used_at, ${ROTATION_AT} AS rotation_at`;

interface Rule {
  /** The ids of its keys, each with what the list is sorted by, `at`. */
  readonly keys: (whose: string) => string;
  readonly isNewestFirst?: true;
}

const rowsWhere = (at: string, where: string) => (whose: string) =>
  `SELECT k.id, ${at} AS at FROM api_keys k WHERE ${LIVE} AND ${where} ${whose}`;

const secretsWhere = (at: string, where: string) => (whose: string) => `
  SELECT k.id, ${at} AS at FROM api_keys k JOIN api_key_secrets s ON s.key_id = k.id AND s.retired_at IS NULL
  WHERE ${LIVE} AND ${where} ${whose}`;

const RULES: Readonly<Record<ReviewList, Rule>> = {
  rotation_overdue: {
    keys: secretsWhere(
      ROTATION_AT,
      `k.rotate_every_days IS NOT NULL AND ${ROTATION_AT} <= $1
      AND (k.expires_at IS NULL OR ${ROTATION_AT} < k.expires_at)`,
    ),
  },
  expiring: { keys: rowsWhere('k.expires_at', 'k.expires_at <= $4') },
  // A secret is never older than its key, and keys are found by their age.
  old_secret: { keys: secretsWhere('s.created_at', 'k.created_at <= $2 AND s.created_at <= $2') },
  needs_rotation: {
    keys: () => `
      SELECT needy.id, s.created_at AS at FROM (
        SELECT id FROM rotation_overdue UNION SELECT id FROM old_secret UNION SELECT id FROM expiring
      ) AS needy JOIN api_key_secrets s ON s.key_id = needy.id AND s.retired_at IS NULL`,
  },
  admin_key: { keys: rowsWhere('k.created_at', `k.permissions && '{admin,akm:*}'`) },
  // The newest first: whoever made it last still knows from where it is used.
  unrestricted: { keys: rowsWhere('k.created_at', UNRESTRICTED), isNewestFirst: true },
  unused: {
    keys: (whose) => `
      SELECT k.id, COALESCE(max(u.last_used_at), k.created_at) AS at
      FROM api_keys k LEFT JOIN key_usage u ON u.key_id = k.id WHERE ${LIVE} AND k.created_at <= $3 ${whose}
      GROUP BY k.id HAVING COALESCE(max(u.last_used_at), k.created_at) <= $3`,
  },
  no_expiry: { keys: rowsWhere('k.created_at', 'k.expires_at IS NULL') },
  // The first day on record is not known whole, and a week is the least that is to be known: not of a younger key. What
  // the others were asked for is looked up from the oldest on, no further than to the end of the page.
  wide: {
    keys: (whose) => `
      SELECT k.id, k.created_at AS at FROM api_keys k, LATERAL (
        SELECT min(first_on) AS since,
          array_agg(permission) FILTER (WHERE last_on >= ($3::timestamptz AT TIME ZONE 'UTC')::date) AS lately
        FROM asked_permissions WHERE key_id = k.id
      ) AS asked
      WHERE ${LIVE} AND k.created_at <= $1::timestamptz - interval '7 days' ${whose} AND NOT EXISTS (
          SELECT FROM asked_permissions
          WHERE key_id = k.id AND permission = '' AND last_on >= ($3::timestamptz AT TIME ZONE 'UTC')::date)
        AND asked.since <= ($1::timestamptz AT TIME ZONE 'UTC')::date - 8
        AND EXISTS (
          SELECT FROM unnest(k.permissions) AS held WHERE held NOT LIKE 'akm:%' AND held <> ALL (asked.lately))`,
  },
  // Of one range, nothing can be taken away: without any, every address is allowed.
  restricted: {
    keys: (whose) => `
      SELECT k.id, u.at FROM api_keys k, LATERAL (SELECT ${LAST_USED_AT} AS at) AS u
      WHERE ${LIVE} AND cardinality(k.allowed_ips) > 1 AND u.at > $3 ${whose}`,
    isNewestFirst: true,
  },
};

/** What other lists are made of. */
const IN_OTHERS: ReadonlySet<string> = new Set<ReviewList>(['rotation_overdue', 'expiring', 'old_secret']);

/** Most keys may be in these lists, which are read no further than to the end of their page. */
function countOf(list: ReviewList): string {
  if (list === 'unrestricted') return 'unrestricted FROM whole';
  return UNCOUNTED.has(list) ? '0' : `count(*)::integer FROM ${list}`;
}

/** Of these, only a closer look at each key tells whether there is something to say. */
const UNCOUNTED: ReadonlySet<string> = new Set<ReviewList>(['wide', 'restricted']);

function pickedOf(list: ReviewList): string {
  const order = `at${RULES[list].isNewestFirst ? ' DESC' : ''}, id`;
  return `
    SELECT '${list}' AS list, id, row_number() OVER (ORDER BY ${order}) AS place
    FROM (SELECT id, at FROM ${list} ORDER BY ${order} LIMIT $5::integer OFFSET $6::integer) AS page`;
}

import { narrowerPermissions } from '#domain';
import type { AskedOfKey } from './asked-of-keys.js';
import type { SuggestedCallDto } from './request-explanation.dto.js';
import { REVIEWED_KINDS, type ReviewParams } from './key-review.sql.js';
import type { ReviewedKey } from './key-review.js';
import { listOfSeen, type SeenAddresses, unseenOf } from './seen-addresses.js';

/** What may be recommended about a key, from its row or from its uses. */
export const RECOMMENDATION_KINDS = [...REVIEWED_KINDS, 'unused_permissions', 'unseen_addresses'] as const;
export type RecommendationKind = (typeof RECOMMENDATION_KINDS)[number];

export const RECOMMENDATION_SEVERITIES = ['high', 'medium', 'low'] as const;
export type RecommendationSeverity = (typeof RECOMMENDATION_SEVERITIES)[number];

/** What is said about a key. */
export interface Advice {
  readonly severity: RecommendationSeverity;
  readonly since: Date;
  /** What was observed. */
  readonly observed: string;
  /** What to do about it. */
  readonly advised: string;
  readonly call: SuggestedCallDto | null;
}

/** What uses of a key say of it, as far as that is enough to say something. */
export interface Observed {
  readonly seen: SeenAddresses | undefined;
  readonly asked: AskedOfKey | undefined;
}

/** Undefined where use is made of everything that is allowed, or nobody can tell. */
export function adviceOn(
  kind: RecommendationKind,
  key: ReviewedKey,
  observed: Observed,
  params: ReviewParams,
): Advice | undefined {
  return ADVICE[kind](key, observed, params);
}

type Adviser = (key: ReviewedKey, observed: Observed, params: ReviewParams) => Advice | undefined;

const ADVICE: Readonly<Record<RecommendationKind, Adviser>> = {
  rotation_overdue: (key) => ({
    severity: 'high',
    since: key.rotation_at ?? key.secret_since,
    observed: `Its policy asked for another secret on ${day(key.rotation_at ?? key.secret_since)}.`,
    advised: 'Rotate it; the secret before works until its grace ends.',
    call: rotate(key),
  }),
  expiring: ({ expires_at: at, ...key }, _, { now, expiringBy }) => ({
    severity: at && at.getTime() - now.getTime() < URGENT_MS ? 'high' : 'medium',
    since: new Date((at ?? now).getTime() - (expiringBy.getTime() - now.getTime())),
    observed: `It expires on ${day(at ?? now)}${lastUse(key)}.`,
    advised: 'Extend its life, or give whoever uses it another key before.',
    call: update(key, { expires_in_days: EXTENSION_DAYS }),
  }),
  admin_key: (key, { asked }) => {
    const narrower = asked && narrowerPermissions(key.permissions, asked.permissions);
    return {
      severity: key.allowed_ips.length === 0 ? 'high' : 'medium',
      since: key.created_at,
      observed: `It may do everything (${some(key.permissions)})${key.allowed_ips.length === 0 ? ', from anywhere' : ''}.`,
      advised: 'Give it the permissions that it needs and no others.',
      call: narrower ? update(key, { permissions: narrower.left }) : null,
    };
  },
  unused_permissions: (key, { asked }) => {
    const narrower = asked && narrowerPermissions(key.permissions, asked.permissions);
    if (!narrower) return undefined;
    const { left, unasked, tooBroad } = narrower;
    const never = unasked.length > 0 ? ` Nothing has asked for ${some(unasked)}.` : '';
    const part = tooBroad.length > 0 ? ` It holds ${some(tooBroad)}, which is more.` : '';
    return {
      severity: key.permissions.includes('admin') ? 'medium' : 'low',
      since: asked.since,
      observed: `${sinceWhen(asked)} it was asked for ${some(asked.permissions)}.${never}${part}`,
      advised: `Let it have only ${some(left)}, unless the others are kept for later.`,
      call: update(key, { permissions: left }),
    };
  },
  unseen_addresses: (key, { seen }, { now }) => {
    const narrower = unseenOf(key.allowed_ips, seen, now.getTime());
    if (!seen || !narrower) return undefined;
    return {
      severity: 'low',
      since: seen.since,
      observed: `Nothing came from ${some(narrower.unseen)} in its last ${seen.uses} uses, since ${day(seen.since)}.`,
      advised: `Allow only ${some(narrower.left)}, unless the others are kept for later.`,
      call: update(key, { allowed_ips: narrower.left }),
    };
  },
  unrestricted: (key, { seen }, { now }) => {
    const list = listOfSeen(seen, now.getTime());
    return {
      severity: 'medium',
      since: key.created_at,
      observed: seen
        ? `It may be used from anywhere, and its last ${seen.uses} uses, since ${day(seen.since)}, came from ${places(seen)}.${seen.origins === null ? '' : ` ${seen.origins}`}`
        : 'It may be used from anywhere.',
      advised: list
        ? 'Allow these addresses only, if they are all of yours.'
        : 'Name the addresses that it is used from.',
      call: list && update(key, { allowed_ips: list }),
    };
  },
  unused: (key) => ({
    severity: 'medium',
    since: key.last_used_at ?? key.created_at,
    observed: key.last_used_at
      ? `Nobody has used it since ${day(key.last_used_at)}.`
      : `Nobody has ever used it, since it was made on ${day(key.created_at)}.`,
    advised: 'Disable it, and revoke it when nobody has missed it.',
    call: { method: 'POST', path: `${pathOf(key)}/disable`, body: null },
  }),
  old_secret: (key) => ({
    severity: 'medium',
    since: key.secret_since,
    observed: `Its secret is the same since ${day(key.secret_since)}.`,
    advised: 'Rotate it; the secret before works until its grace ends.',
    call: rotate(key),
  }),
  no_expiry: (key) => ({
    severity: 'low',
    since: key.created_at,
    observed: 'It never expires.',
    advised: 'Let it expire, so that it ends when it is forgotten.',
    call: update(key, { expires_in_days: EXTENSION_DAYS }),
  }),
};

const EXTENSION_DAYS = 90;
const URGENT_MS = 7 * 86_400_000;

type Meant = Pick<ReviewedKey, 'id'>;

function update(key: Meant, body: Record<string, unknown>): SuggestedCallDto {
  return { method: 'PUT', path: pathOf(key), body };
}

export function rotate(key: Meant): SuggestedCallDto {
  return { method: 'POST', path: `${pathOf(key)}/rotate`, body: {} };
}

function pathOf({ id }: Meant): string {
  return `/api/v1/keys/${id}`;
}

function places({ addresses }: SeenAddresses): string {
  const known = addresses.filter((address) => address !== null);
  if (known.length === 0) return 'addresses that are not on record';
  return known.length > NAMED_MAX ? `${known.length} addresses` : some(known);
}

function sinceWhen({ since, because }: AskedOfKey): string {
  const from = `Since ${day(since)}`;
  if (because === 'changed') return `${from}, when its permissions were changed,`;
  return because === 'recorded' ? `${from}, as far back as that is known,` : from;
}

function lastUse({ last_used_at: at }: Pick<ReviewedKey, 'last_used_at'>): string {
  return at === null ? ', and nobody has ever used it' : `, and was last used on ${day(at)}`;
}

export function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** As in `read, write and 3 more`. */
function some(values: readonly string[]): string {
  const named = values.slice(0, NAMED_MAX).join(', ');
  return values.length > NAMED_MAX ? `${named} and ${values.length - NAMED_MAX} more` : named;
}

const NAMED_MAX = 5;

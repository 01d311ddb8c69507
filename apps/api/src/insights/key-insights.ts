import { Injectable } from '@nestjs/common';
import { Clock } from '#domain';
import { problem } from '#problems';
import type { Principal } from '../access/principal.js';
import { Config } from '../config/config.js';
import { managesAllKeys } from '../keys/api-key-access.js';
import { DigestStore } from './digest/digest-store.js';
import type { InsightsDto, InsightsQueryDto, RecommendationDto } from './insights.dto.js';
import { rotationView, meantKey } from './insights.view.js';
import { AskedOfKeys } from './asked-of-keys.js';
import { KeyReview, type Reviewed } from './key-review.js';
import { REVIEWED_KINDS, type ReviewedKind, type ReviewList, type ReviewParams } from './key-review.sql.js';
import { OpenAnomaliesOf } from './open-anomalies.js';
import {
  type Advice,
  adviceOn,
  type Observed,
  RECOMMENDATION_KINDS,
  RECOMMENDATION_SEVERITIES,
  type RecommendationKind,
} from './recommendation.js';
import { SeenAddressesOfKeys } from './seen-addresses.js';

const DAY_MS = 86_400_000;
const OLD_DAYS = 365;
const UNUSED_DAYS = 90;

/** Looks through keys for what their owners would want to know, or do. */
@Injectable()
export class KeyInsights {
  constructor(
    private readonly review: KeyReview,
    private readonly seen: SeenAddressesOfKeys,
    private readonly asked: AskedOfKeys,
    private readonly anomalies: OpenAnomaliesOf,
    private readonly digests: DigestStore,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** @throws Problem FORBIDDEN for whoever asks for the keys of somebody else and is no admin. */
  async of(caller: Principal, query: InsightsQueryDto): Promise<InsightsDto> {
    const now = this.clock.now();
    const ownerId = visibleOwner(caller, query.owner_id);
    const params = this.paramsOf(query, ownerId, now);
    const kinds = query.kind === undefined ? RECOMMENDATION_KINDS : [query.kind];
    const [{ total, active, lists }, open] = await Promise.all([
      this.review.of(listsFor(kinds), params),
      this.anomalies.newest(caller, ownerId, params.limit, params.offset),
    ]);
    const [seen, asked, told] = await Promise.all([
      this.seen.of(idsIn(lists, ['unrestricted', 'restricted']), now),
      this.asked.of(idsIn(lists, ['admin_key', 'wide']), params.unusedSince, now),
      open && this.digests.newest(ownerId ?? caller.userId),
    ]);
    const observed = (id: string) => ({ seen: seen.get(id), asked: asked.get(id) });
    const said = kinds.map((kind) => ({ kind, ...saidOf(kind, lists, observed, params) }));
    const rotations = lists.get('needs_rotation');
    return {
      total_keys: total,
      active_keys: active,
      keys_needing_rotation: rotations?.keys.map((key) => rotationView(key, params)) ?? [],
      keys_needing_rotation_total: rotations?.total ?? 0,
      ...(open && { anomalies_detected: open.items, anomalies_total: open.total }),
      ...(told !== undefined && { digest: told }),
      recommendations: said.flatMap(({ items }) => items).sort(byGravity),
      recommendation_counts: said.map(({ kind, count }) => ({ kind, count, is_exact: isReviewed(kind) })),
      unknown: UNKNOWN,
    };
  }

  private paramsOf({ limit = 10, page = 1 }: InsightsQueryDto, ownerId: string | undefined, now: number): ReviewParams {
    return {
      ownerId: ownerId ?? null,
      now: new Date(now),
      oldBefore: new Date(now - OLD_DAYS * DAY_MS),
      unusedSince: new Date(now - UNUSED_DAYS * DAY_MS),
      expiringBy: new Date(now + Math.max(...this.config.keys.warningDays) * DAY_MS),
      limit,
      offset: (page - 1) * limit,
    };
  }
}

const UNKNOWN = [
  'Some uses name no permission that they need. Of a key that is used like that, none is said to be unused.',
];

/** Undefined: everybody's. */
function visibleOwner(caller: Principal, ownerId: string | undefined): string | undefined {
  if (managesAllKeys(caller)) return ownerId;
  if (ownerId === undefined || ownerId === caller.userId) return caller.userId;
  throw problem('FORBIDDEN', { detail: 'Only an admin looks at the keys of somebody else.' });
}

function listsFor(kinds: readonly RecommendationKind[]): ReviewList[] {
  const reviewed = REVIEWED_KINDS.filter((kind) => kinds.includes(kind));
  const others = kinds.filter((kind) => !isReviewed(kind)).map(listOf);
  return ['needs_rotation', ...reviewed, ...others];
}

type Lists = ReadonlyMap<ReviewList, Reviewed>;

function idsIn(lists: Lists, names: readonly ReviewList[]): string[] {
  return [...new Set(names.flatMap((name) => lists.get(name)?.keys.map(({ id }) => id) ?? []))];
}

function saidOf(
  kind: RecommendationKind,
  lists: Lists,
  observed: (id: string) => Observed,
  params: ReviewParams,
): { items: RecommendationDto[]; count: number } {
  const { keys, total } = lists.get(listOf(kind)) ?? { keys: [], total: 0 };
  const items = keys.flatMap((key) => {
    const advice = adviceOn(kind, key, observed(key.id), params);
    return advice ? [{ ...meantKey(key), kind, ...viewOf(advice) }] : [];
  });
  return { items, count: isReviewed(kind) ? total : items.length };
}

function listOf(kind: RecommendationKind): ReviewList {
  return isReviewed(kind) ? kind : kind === 'unused_permissions' ? 'wide' : 'restricted';
}

function isReviewed(kind: RecommendationKind): kind is ReviewedKind {
  return kind !== 'unused_permissions' && kind !== 'unseen_addresses';
}

function viewOf({ severity, since, observed, advised, call }: Advice) {
  return { severity, since, observed, advised, call };
}

/** In each gravity, what has been so for longest comes first. */
function byGravity(one: RecommendationDto, other: RecommendationDto): number {
  const [first, second] = [one, other].map(({ severity }) => RECOMMENDATION_SEVERITIES.indexOf(severity));
  return (first ?? 0) - (second ?? 0) || one.since.getTime() - other.since.getTime();
}

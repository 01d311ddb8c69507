import { Injectable } from '@nestjs/common';
import { DataSource, type SelectQueryBuilder } from 'typeorm';
import type { KeyEnvironment, KeyStatus } from '#domain';
import { problem } from '#problems';
import type { Principal } from '../access/principal.js';
import { anywhere } from '../database/like-pattern.js';
import { CURSOR_REFUSED, decodeCursor, encodeCursor, readStretch, type Stretch } from '../http/cursor.js';
import { managesAllKeys } from './api-key-access.js';
import { ApiKeyStore } from './api-key-store.js';
import { ApiKey } from './api-key.entity.js';
import type { ApiKeyRecord } from './api-key.view.js';
import {
  behind,
  inOrder,
  type KeyPlace,
  orderOf,
  placeOf,
  placesIn,
  placeText,
  readPlace,
  reversed,
} from './api-key-order.js';
import type { ListApiKeysDto } from './list-api-keys.dto.js';

export interface ApiKeyPage {
  readonly records: ApiKeyRecord[];
  readonly total: number;
  readonly page: number;
  readonly pageSize: number;
}

/** Of a key, everything that is said here must be true. */
export interface KeyCriteria {
  readonly ids?: readonly string[] | null;
  readonly status_filter?: KeyStatus | null;
  readonly environment?: KeyEnvironment | null;
  readonly q?: string | null;
  readonly tag?: string | null;
  readonly external_id?: string | null;
  readonly owner_id?: string | null;
  readonly expiring_within_days?: number | null;
  readonly unused_for_days?: number | null;
  /** Disabled by akm itself, because of an alert. */
  readonly is_suspended?: boolean;
}

/** What is asked of a page: within akm more than at the API. */
export type KeysAsked = ListApiKeysDto & Pick<KeyCriteria, 'is_suspended'>;

/** Finds the keys a caller may see. The statuses of the domain, in SQL: a test holds the two against each other. */
@Injectable()
export class ApiKeyQuery {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: ApiKeyStore,
  ) {}

  /** @param now milliseconds since the epoch, for statuses that follow from time. */
  async page(caller: Principal, dto: KeysAsked, now: number): Promise<ApiKeyPage> {
    const { page = 1, page_size: pageSize = PAGE_SIZE } = dto;
    const before = (page - 1) * pageSize;
    if (before > AHEAD_MAX) return this.farPage(caller, dto, now, page, pageSize);
    const { keys, ahead } = await this.keysFrom(before, AHEAD_MAX, pageSize, caller, dto, now);
    const isCounted = ahead < AHEAD_MAX && (ahead > 0 || before === 0);
    const [records, total] = await Promise.all([
      this.store.complete(keys),
      isCounted ? before + ahead : countOf(this.matching(caller, dto, now)),
    ]);
    return { records, total, page, pageSize };
  }

  /** Far into a list it is counted first, and then read from its nearer end. */
  private async farPage(caller: Principal, dto: KeysAsked, now: number, page: number, pageSize: number) {
    const total = await countOf(this.matching(caller, dto, now));
    const before = (page - 1) * pageSize;
    const count = Math.max(0, Math.min(pageSize, total - before));
    const after = total - before - count;
    const isFromEnd = after < before;
    const asked = isFromEnd ? { ...dto, sort: reversed(dto.sort) } : dto;
    const { keys } = await this.keysFrom(isFromEnd ? after : before, count, count, caller, asked, now);
    return { records: await this.store.complete(isFromEnd ? keys.reverse() : keys), total, page, pageSize };
  }

  /**
   * So many keys behind the first `before`, and how many there are ahead, of which no more than `aheadMax` are counted. What
   * is left out is not read: the place of a key is found by what it is sorted by.
   */
  private async keysFrom(
    before: number,
    aheadMax: number,
    count: number,
    caller: Principal,
    dto: KeysAsked,
    now: number,
  ): Promise<{ keys: ApiKey[]; ahead: number }> {
    if (count <= 0) return { keys: [], ahead: 0 };
    const places = placesIn(this.matching(caller, dto, now), dto.sort)
      .limit(aheadMax)
      .offset(before);
    const { direction } = orderOf(dto.sort);
    const order = `place ${direction}, id ${direction}`;
    const found = `(SELECT *, count(*) OVER ()::integer AS ahead FROM (${places.getQuery()}) AS places ORDER BY ${order} LIMIT ${count})`;
    const query = this.dataSource.manager
      .createQueryBuilder(ApiKey, 'key')
      .innerJoin(found, 'found', 'found.id = key.id');
    const { entities, raw } = await query
      .addSelect('found.ahead', 'ahead')
      .setParameters(places.getParameters())
      .orderBy('found.place', direction)
      .addOrderBy('key.id', direction)
      .getRawAndEntities<{ ahead: number }>();
    return { keys: entities, ahead: raw[0]?.ahead ?? 0 };
  }

  /**
   * The next keys behind the cursor. Every key is met once, however many are created and changed meanwhile, unless what
   * the list is sorted by is what was changed: then it may be met in both places or, moved to the front, not any more.
   * @throws Problem VALIDATION_FAILED for a cursor that was given for another list, or by nobody.
   */
  async stretch(caller: Principal, dto: ListApiKeysDto, now: number): Promise<Stretch<ApiKeyRecord>> {
    const { limit = PAGE_SIZE, sort } = dto;
    const query = inOrder(this.matching(caller, dto, now), sort);
    if (dto.cursor !== undefined) behind(query, sort, placeIn(dto, dto.cursor));
    const read = (count: number) => query.take(count).getMany();
    const cursorOf = (last: ApiKey) => encodeCursor(listOf(dto), placeText(placeOf(last, sort)));
    const { items, next } = await readStretch(limit, read, cursorOf);
    return { items: await this.store.complete(items), next };
  }

  /** How many keys the caller may see are in each status. */
  async counts(caller: Principal, now: number): Promise<Record<KeyStatus, number>> {
    const query = this.matching(caller, {}, now).select([]);
    for (const status of PLAIN_STATUSES)
      query.addSelect(`count(*) FILTER (WHERE ${STATUS_SQL[status]})::integer`, status);
    // Of nearly every key it would be asked in vain whether it is rotating: those few are looked for by themselves.
    const rotating = this.matching(caller, { status_filter: 'rotating' }, now).select('count(*)::integer');
    query.addSelect(`(${rotating.getQuery()})`, 'rotating').setParameters(rotating.getParameters());
    const counted = (await query.getRawOne<Record<(typeof PLAIN_STATUSES)[number] | 'rotating', number>>()) ?? NO_KEYS;
    const { live, ...counts } = counted;
    return { ...counts, active: live - counts.rotating };
  }

  /** The first keys behind an id, in the order of their ids. */
  async batch(
    caller: Principal,
    criteria: KeyCriteria,
    after: string | null,
    limit: number,
    now: number,
  ): Promise<ApiKeyRecord[]> {
    const query = this.matching(caller, criteria, now);
    if (after !== null) query.andWhere('key.id > :after', { after });
    return this.store.complete(await query.orderBy('key.id').take(limit).getMany());
  }

  private matching(caller: Principal, criteria: KeyCriteria, now: number): SelectQueryBuilder<ApiKey> {
    const query = this.dataSource.manager.createQueryBuilder(ApiKey, 'key').setParameter('now', new Date(now));
    restrictToVisible(query, caller, criteria.owner_id ?? undefined);
    filter(query, criteria, now);
    return query;
  }
}

const PAGE_SIZE = 20;
/** What is counted with the page itself: one look at the keys, where otherwise it would take two. */
const AHEAD_MAX = 250;

/** What a cursor is bound to: everything that was asked for but how much of it. */
function listOf(dto: ListApiKeysDto): string {
  const asked = Object.keys(dto).filter((name) => !HOW_MUCH.has(name));
  return JSON.stringify(dto, asked.sort());
}

const HOW_MUCH: ReadonlySet<string> = new Set<keyof ListApiKeysDto>(['page', 'page_size', 'cursor', 'limit']);

function placeIn(dto: ListApiKeysDto, cursor: string): KeyPlace {
  const text = decodeCursor(listOf(dto), cursor);
  const place = text === undefined ? undefined : readPlace(text, dto.sort);
  if (!place) throw problem('VALIDATION_FAILED', { errors: [{ field: 'cursor', message: CURSOR_REFUSED }] });
  return place;
}

function restrictToVisible(query: SelectQueryBuilder<ApiKey>, caller: Principal, ownerId: string | undefined): void {
  if (ownerId !== undefined && ownerId !== caller.userId && !managesAllKeys(caller)) {
    throw problem('FORBIDDEN', { detail: 'Only an admin lists the keys of somebody else.' });
  }
  const only = managesAllKeys(caller) ? ownerId : caller.userId;
  if (only !== undefined) query.andWhere('key.ownerId = :only', { only });
}

/** Each key is one row here, which TypeORM would sort by their ids to find out. */
async function countOf(query: SelectQueryBuilder<ApiKey>): Promise<number> {
  const row = await query.select('count(*)::integer', 'total').getRawOne<{ total: number }>();
  return row?.total ?? 0;
}

function filter(query: SelectQueryBuilder<ApiKey>, dto: KeyCriteria, now: number): void {
  if (dto.status_filter) query.andWhere(STATUS_SQL[dto.status_filter]);
  if (dto.environment) query.andWhere('key.environment = :environment', { environment: dto.environment });
  if (dto.is_suspended) query.andWhere('key.suspendedBy IS NOT NULL');
  if (dto.ids) query.andWhere('key.id = ANY (:ids)', { ids: dto.ids });
  if (isSaid(dto.external_id)) query.andWhere('key.externalId = :externalId', { externalId: dto.external_id });
  if (isSaid(dto.tag)) query.andWhere(':tag = ANY (key.tags)', { tag: dto.tag });
  if (isSaid(dto.q)) query.andWhere(searchSql(dto.q), { q: anywhere(dto.q) });
  if (isSaid(dto.expiring_within_days)) {
    const soon = new Date(now + dto.expiring_within_days * DAY_MS);
    query.andWhere(`${STATUS_SQL.live} AND key.expiresAt <= :soon`, { soon });
  }
  if (isSaid(dto.unused_for_days)) query.andWhere(UNUSED_SQL, { since: new Date(now - dto.unused_for_days * DAY_MS) });
}

function isSaid<T>(criterion: T | null | undefined): criterion is T {
  return criterion !== undefined && criterion !== null;
}

const DAY_MS = 86_400_000;

const NOT_EXPIRED = '(key.expiresAt IS NULL OR key.expiresAt > :now)';
const PLAIN_STATUSES = ['live', 'disabled', 'expired', 'revoked'] as const;
const NO_KEYS = { live: 0, rotating: 0, disabled: 0, expired: 0, revoked: 0 };

/** Found once, and not once for each key. Of what goes on to retire nothing was told: an index has those few alone. */
const RETIRING = `key.id IN (
  SELECT s.key_id FROM api_key_secrets s WHERE s.retired_at > :now AND NOT s.is_retirement_told)`;
const LIVE = `key.state = 'active' AND ${NOT_EXPIRED}`;

const STATUS_SQL: Readonly<Record<KeyStatus | 'live', string>> = {
  live: LIVE,
  active: `${LIVE} AND NOT ${RETIRING}`,
  rotating: `${LIVE} AND ${RETIRING}`,
  disabled: `key.state = 'disabled'`,
  expired: `key.state = 'active' AND NOT ${NOT_EXPIRED}`,
  revoked: `key.state = 'revoked'`,
};

/** A key that was never used counts from its creation on: a new one has had no time to be used. */
const UNUSED_SQL = `key.createdAt <= :since AND NOT EXISTS (
  SELECT FROM key_usage u WHERE u.key_id = key.id AND u.last_used_at > :since)`;

/** Of the secrets, those that match are found once, and not once for each key. */
function searchSql(q: string): string {
  const whose = IN_OURS.test(q) ? '' : 'AND s.is_imported';
  return `(key.foundBy LIKE lower(:q) OR key.id IN (
    SELECT s.key_id FROM api_key_secrets s WHERE s.found_by LIKE lower(:q) ${whose}))`;
}

/** What may stand in what is shown of a secret. Of one that was issued elsewhere, whoever imported it chose what that is. */
const IN_OURS = /^[\w-]*$/;

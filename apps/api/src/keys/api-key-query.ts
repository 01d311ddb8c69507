import { Injectable } from '@nestjs/common';
import { DataSource, type SelectQueryBuilder } from 'typeorm';
import type { KeyEnvironment, KeyStatus } from '#domain';
import { problem } from '#problems';
import type { Principal } from '../access/principal.js';
import { managesAllKeys } from './api-key-access.js';
import { ApiKeyStore } from './api-key-store.js';
import { ApiKey } from './api-key.entity.js';
import type { ApiKeyRecord } from './api-key.view.js';
import type { ApiKeySort, ListApiKeysDto } from './list-api-keys.dto.js';

export interface ApiKeyPage {
  readonly records: ApiKeyRecord[];
  readonly total: number;
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
}

/** Finds the keys a caller may see. The statuses of the domain, in SQL: a test holds the two against each other. */
@Injectable()
export class ApiKeyQuery {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: ApiKeyStore,
  ) {}

  /** @param now milliseconds since the epoch, for statuses that follow from time. */
  async page(caller: Principal, dto: ListApiKeysDto, now: number): Promise<ApiKeyPage> {
    const query = this.dataSource.manager.createQueryBuilder(ApiKey, 'key').setParameter('now', new Date(now));
    restrictToVisible(query, caller, dto.owner_id);
    filter(query, dto, now);
    const [keys, total] = await sort(query, dto.sort)
      .skip((dto.page - 1) * dto.page_size)
      .take(dto.page_size)
      .getManyAndCount();
    return { records: await this.store.complete(keys), total };
  }

  /** The first keys behind an id, in the order of their ids. */
  async batch(
    caller: Principal,
    criteria: KeyCriteria,
    after: string | null,
    limit: number,
    now: number,
  ): Promise<ApiKeyRecord[]> {
    const query = this.dataSource.manager.createQueryBuilder(ApiKey, 'key').setParameter('now', new Date(now));
    restrictToVisible(query, caller, criteria.owner_id ?? undefined);
    filter(query, criteria, now);
    if (after !== null) query.andWhere('key.id > :after', { after });
    return this.store.complete(await query.orderBy('key.id').take(limit).getMany());
  }
}

function restrictToVisible(query: SelectQueryBuilder<ApiKey>, caller: Principal, ownerId: string | undefined): void {
  if (ownerId !== undefined && ownerId !== caller.userId && !managesAllKeys(caller)) {
    throw problem('FORBIDDEN', { detail: 'Only an admin lists the keys of somebody else.' });
  }
  const only = managesAllKeys(caller) ? ownerId : caller.userId;
  if (only !== undefined) query.andWhere('key.ownerId = :only', { only });
}

function filter(query: SelectQueryBuilder<ApiKey>, dto: KeyCriteria, now: number): void {
  if (dto.status_filter) query.andWhere(STATUS_SQL[dto.status_filter]);
  if (dto.environment) query.andWhere('key.environment = :environment', { environment: dto.environment });
  if (dto.ids) query.andWhere('key.id = ANY (:ids)', { ids: dto.ids });
  if (isSaid(dto.external_id)) query.andWhere('key.externalId = :externalId', { externalId: dto.external_id });
  if (isSaid(dto.tag)) query.andWhere(':tag = ANY (key.tags)', { tag: dto.tag });
  if (isSaid(dto.q)) query.andWhere(SEARCH_SQL, { q: `%${dto.q.replace(/[\\%_]/g, '\\$&')}%` });
  if (isSaid(dto.expiring_within_days)) {
    const soon = new Date(now + dto.expiring_within_days * DAY_MS);
    query.andWhere(`${STATUS_SQL.live} AND key.expiresAt <= :soon`, { soon });
  }
}

function isSaid<T>(criterion: T | null | undefined): criterion is T {
  return criterion !== undefined && criterion !== null;
}

const DAY_MS = 86_400_000;

const NOT_EXPIRED = '(key.expiresAt IS NULL OR key.expiresAt > :now)';
const RETIRING = `EXISTS (SELECT FROM api_key_secrets s WHERE s.key_id = key.id AND s.retired_at > :now)`;
const LIVE = `key.state = 'active' AND ${NOT_EXPIRED}`;

const STATUS_SQL: Readonly<Record<KeyStatus | 'live', string>> = {
  live: LIVE,
  active: `${LIVE} AND NOT ${RETIRING}`,
  rotating: `${LIVE} AND ${RETIRING}`,
  disabled: `key.state = 'disabled'`,
  expired: `key.state = 'active' AND NOT ${NOT_EXPIRED}`,
  revoked: `key.state = 'revoked'`,
};

const SEARCH_SQL = `(key.name ILIKE :q OR key.externalId ILIKE :q OR EXISTS (
  SELECT FROM api_key_secrets s WHERE s.key_id = key.id AND s.display ILIKE :q))`;

const SORT_COLUMNS = { created_at: 'key.createdAt', name: 'key.name', expires_at: 'key.expiresAt' } as const;

/** The id decides between equals, so that no key is on two pages or on none. */
function sort(query: SelectQueryBuilder<ApiKey>, by: ApiKeySort): SelectQueryBuilder<ApiKey> {
  const direction = by.startsWith('-') ? 'DESC' : 'ASC';
  const column = SORT_COLUMNS[by.replace('-', '') as keyof typeof SORT_COLUMNS];
  return query
    .orderBy(column, direction, direction === 'DESC' ? 'NULLS FIRST' : 'NULLS LAST')
    .addOrderBy('key.id', direction);
}

import type { SelectQueryBuilder } from 'typeorm';
import type { ApiKey } from './api-key.entity.js';

export const API_KEY_SORTS = ['created_at', '-created_at', 'name', '-name', 'expires_at', '-expires_at'] as const;
/** A minus sorts downwards. */
export type ApiKeySort = (typeof API_KEY_SORTS)[number];

/** A place in a list of keys. `value` is what the list is sorted by; a key that never expires does so at infinity. */
export interface KeyPlace {
  readonly value: Date | string;
  readonly id: string;
}

/** The id decides between equals, so that no key is in two places or in none. */
export function inOrder(query: SelectQueryBuilder<ApiKey>, sort: ApiKeySort): SelectQueryBuilder<ApiKey> {
  const { expression, direction } = orderOf(sort);
  return query.orderBy(expression, direction).addOrderBy('key.id', direction);
}

/** From the other end. */
export function reversed(sort: ApiKeySort): ApiKeySort {
  return (sort.startsWith('-') ? sort.slice(1) : `-${sort}`) as ApiKeySort;
}

/** Only where the keys are in the order: `place`, what they are sorted by, and `id`. */
export function placesIn(query: SelectQueryBuilder<ApiKey>, sort: ApiKeySort): SelectQueryBuilder<ApiKey> {
  return inOrder(query.select('key.id', 'id').addSelect(orderOf(sort).expression, 'place'), sort);
}

/** Only the keys that come after this place in the order. */
export function behind(query: SelectQueryBuilder<ApiKey>, sort: ApiKeySort, { value, id }: KeyPlace): void {
  const { expression, direction } = orderOf(sort);
  const after = direction === 'ASC' ? '>' : '<';
  query.andWhere(`(${expression}, key.id) ${after} (:placeValue, :placeId)`, { placeValue: value, placeId: id });
}

export function placeOf(key: ApiKey, sort: ApiKeySort): KeyPlace {
  return { value: ORDERS[columnOf(sort)].valueOf(key), id: key.id };
}

/** For a cursor. */
export function placeText({ value, id }: KeyPlace): string {
  return id + (typeof value === 'string' ? value : String(value.getTime()));
}

/** Undefined for whatever `placeText` did not write of a place in a list of this order. */
export function readPlace(text: string, sort: ApiKeySort): KeyPlace | undefined {
  const [, id, written = ''] = PLACE.exec(text) ?? [];
  const value = ORDERS[columnOf(sort)].read(written);
  return id === undefined || value === undefined ? undefined : { value, id };
}

type SortColumn = Exclude<ApiKeySort, `-${string}`>;

interface Order {
  readonly expression: string;
  readonly valueOf: (key: ApiKey) => Date | string;
  readonly read: (written: string) => Date | string | undefined;
}

const NEVER = 'infinity';

const ORDERS: Readonly<Record<SortColumn, Order>> = {
  created_at: { expression: 'key.createdAt', valueOf: (key) => key.createdAt, read: readTime },
  name: { expression: 'key.name', valueOf: (key) => key.name, read: (name) => (/\0/.test(name) ? undefined : name) },
  expires_at: {
    expression: `COALESCE(key.expiresAt, '${NEVER}')`,
    valueOf: (key) => key.expiresAt ?? NEVER,
    read: (written) => (written === NEVER ? NEVER : readTime(written)),
  },
};

const PLACE = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})([^]+)$/;

/** Years up to 33658: what the database and Date can both hold. */
function readTime(written: string): Date | undefined {
  return /^\d{1,15}$/.test(written) ? new Date(Number(written)) : undefined;
}

function columnOf(sort: ApiKeySort): SortColumn {
  return sort.replace('-', '') as SortColumn;
}

export function orderOf(sort: ApiKeySort): { expression: string; direction: 'ASC' | 'DESC' } {
  return { expression: ORDERS[columnOf(sort)].expression, direction: sort.startsWith('-') ? 'DESC' : 'ASC' };
}

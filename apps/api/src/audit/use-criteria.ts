import type { LogFilter } from './log-filter.js';
import { outcomesOf } from './logged-use.js';
import type { BitmapKind } from './use-chunk.entity.js';
import type { UseSearch } from './use-search.js';

/** One thing that is asked of a use: that it has one of these values. */
export type Criterion = readonly { readonly kind: BitmapKind; readonly value: string }[];

/**
 * All that a filter asks of uses, as far as bitmaps can tell; times are not among it.
 * @param stored which of the addresses there are at all: most forms of an address stand nowhere.
 */
export function criteriaOf(
  filter: LogFilter,
  search: UseSearch | undefined,
  stored: (addresses: readonly string[]) => readonly string[],
): Criterion[] {
  const { apiKeyId, ownerId, userId, addresses, action, statusCode } = filter;
  return [
    ...[apiKeyId].flatMap((id) => (id === undefined ? [] : [of('key', [id])])),
    ...[ownerId, userId].flatMap((id) => (id === undefined ? [] : [of('owner', [id])])),
    ...((action ?? statusCode) === undefined ? [] : [of('outcome', outcomesOf(filter))]),
    ...(addresses === undefined ? [] : [of('address', stored(addresses))]),
    ...(search === undefined ? [] : criterionOf(search, stored)),
  ];
}

/** Whether the criteria of a filter are all that it asks of uses, but for their time. */
export function sayAll({ id, requestId }: LogFilter, search: UseSearch | undefined): boolean {
  return (id ?? requestId) === undefined && (search === undefined || textsOf(search) !== undefined);
}

function criterionOf(search: UseSearch, stored: (addresses: readonly string[]) => readonly string[]): Criterion[] {
  const { outcomes, addresses } = search;
  const texts = textsOf(search);
  if (texts === undefined) return [];
  const { agent, endpoint, method } = texts;
  const ofTexts = [...of('agent', agent), ...of('endpoint', endpoint), ...of('method', method)];
  return [[...of('outcome', outcomes), ...ofTexts, ...of('address', stored(addresses))]];
}

function of(kind: BitmapKind, values: readonly string[]): Criterion {
  return values.map((value) => ({ kind, value }));
}

/** Undefined: it may be something besides that is in no bitmap. */
function textsOf({ texts: { agent, endpoint, method }, requestId }: UseSearch) {
  if (requestId !== null || agent === 'many' || endpoint === 'many' || method === 'many') return undefined;
  return { agent, endpoint, method };
}

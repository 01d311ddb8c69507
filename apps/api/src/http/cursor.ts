import { createHash } from 'node:crypto';
import { problem } from '#problems';

/*
 * Reading a list by cursor: an answer leads on to what stands behind its last item, so that nothing is skipped or
 * repeated when items come or go meanwhile, which page numbers cannot promise.
 */

/** The parameters by which lists are read, one way or the other. */
export interface Reading {
  readonly page?: number | undefined;
  readonly page_size?: number | undefined;
  readonly cursor?: unknown;
  readonly limit?: number | undefined;
}

/**
 * Whether a list is asked for by cursor; `limit` alone asks for the beginning of it.
 * @throws Problem VALIDATION_FAILED when it is asked for by page as well: the two would contradict each other.
 */
export function isReadByCursor(query: Reading): boolean {
  if (query.cursor === undefined && query.limit === undefined) return false;
  const errors = (['page', 'page_size'] as const)
    .filter((field) => query[field] !== undefined)
    .map((field) => ({ field, message: `${field} does not go with cursor and limit` }));
  if (errors.length > 0) throw problem('VALIDATION_FAILED', { errors });
  return true;
}

/**
 * A place in a list as text that is opaque to whoever gets it, so that it may change.
 * @param list names the list and the order it is in: the place means nothing in another one.
 */
export function encodeCursor(list: string, place: string): string {
  return Buffer.concat([checksum(list, place), Buffer.from(place)]).toString('base64url');
}

/**
 * Undefined for whatever `encodeCursor` did not make for this list. That keeps out mistakes, not forgers: the place is
 * to be read as strictly as any input.
 */
export function decodeCursor(list: string, cursor: string): string | undefined {
  const bytes = Buffer.from(cursor, 'base64url');
  const place = bytes.subarray(CHECKSUM_BYTES).toString();
  return encodeCursor(list, place) === cursor ? place : undefined;
}

/** A piece of a list that is read by cursor. */
export interface Stretch<Item> {
  readonly items: Item[];
  /** Where the list goes on; null: this was the end of it. */
  readonly next: string | null;
}

/**
 * The next `limit` items of a list, and the cursor that leads on behind them.
 * @param read so many items, in the order of the list: one more than wanted, which tells whether there is a next one.
 */
export async function readStretch<Item>(
  limit: number,
  read: (limit: number) => Promise<readonly Item[]>,
  cursorOf: (last: Item) => string,
): Promise<Stretch<Item>> {
  const found = await read(limit + 1);
  const last = found.length > limit ? found[limit - 1] : undefined;
  return { items: found.slice(0, limit), next: last === undefined ? null : cursorOf(last) };
}

/** One message for all lists, whatever is wrong with a cursor. */
export const CURSOR_REFUSED = 'cursor must be one that was given in a Link, with everything else as it was there';

const CHECKSUM_BYTES = 8;

function checksum(list: string, place: string): Buffer {
  const sum = createHash('sha256').update(JSON.stringify([list, place]));
  return sum.digest().subarray(0, CHECKSUM_BYTES);
}

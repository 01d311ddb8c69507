import type { KeyState } from '#domain';

// One secret in a page of the table, in words of 32 bits: all that a use of the key asks for lies in one place. Among a
// million keys each other place would be one more wait for the memory.
export const DIGEST = 0;
export const DIGEST_WORDS = 8;
export const KEY_ID = 8;
export const SECRET_ID = 12;
export const OWNER_ID = 16;
export const ID_WORDS = 4;
export const PROFILE = 24;
/** Bits, see below; 0: there is no secret here. */
export const FLAGS = 25;
/** A text of at most TEXT_BYTES_MAX bytes, or else its place in the slab. */
export const TEXT = 26;
export const RECORD_WORDS = 32;
export const TEXT_BYTES_MAX = 4 * (RECORD_WORDS - TEXT);

/** Moments, in words of 64 bits; Infinity: never. */
export const EXPIRES_AT = 10;
export const RETIRED_AT = 11;

export const IS_PRESENT = 1;
/** Found since the hand of the clock last came by. */
export const IS_RECENT = 2;
export const HAS_EXTERNAL_ID = 4;
export const HAS_META = 8;
/** A byte of its text is a character. */
export const IS_ASCII = 16;
export const STATE_SHIFT = 5;
export const STATE_MASK = 3;
/** From this bit on: how many bytes of text there are. */
export const LENGTH_SHIFT = 8;
export const STATES: readonly KeyState[] = ['active', 'disabled', 'revoked'];

const PAGE_BITS = 12;
const PAGE_RECORDS = 2 ** PAGE_BITS;

/** The records of 4,096 secrets. */
export class RecordPage {
  readonly words = new Uint32Array(PAGE_RECORDS * RECORD_WORDS);
  readonly moments = new Float64Array(this.words.buffer);
  readonly bytes = Buffer.from(this.words.buffer);
}

/** Pages of records that never move: growing is one more page. */
export class RecordPages {
  private readonly pages: RecordPage[] = [];

  of(entry: number): RecordPage {
    return (this.pages[entry >>> PAGE_BITS] ??= new RecordPage());
  }
}

/** Where the record of an entry begins in the words of its page. */
export function wordOf(entry: number): number {
  return (entry & (PAGE_RECORDS - 1)) * RECORD_WORDS;
}

/** Where it begins in the moments of its page. */
export function momentOf(entry: number): number {
  return wordOf(entry) / 2;
}

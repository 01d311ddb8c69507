/** Types of elements, as PostgreSQL numbers its own. */
export const ELEMENT = { bigint: 20, integer: 23, text: 25, uuid: 2950 } as const;

/**
 * An array as PostgreSQL receives it in binary form, which takes it a fraction of the time that text or JSON take to be
 * read. Put together value by value, in memory that is used again once `clear` was called.
 *
 * https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/utils/adt/arrayfuncs.c (`array_recv`)
 */
export class BinaryArray {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #end = HEADER_BYTES;
  #count = 0;
  #hasNull = false;

  constructor(private readonly type: (typeof ELEMENT)[keyof typeof ELEMENT]) {}

  clear(): void {
    this.#end = HEADER_BYTES;
    this.#count = 0;
    this.#hasNull = false;
  }

  addNull(): void {
    this.#begin(0);
    this.#int32(-1);
    this.#hasNull = true;
  }

  /** @param value a whole number of 32 bits. */
  addInteger(value: number): void {
    this.#begin(4);
    this.#int32(4);
    this.#int32(value);
  }

  /** @param value a safe integer. */
  addBigint(value: number): void {
    this.#begin(8);
    this.#int32(8);
    this.#int32(Math.floor(value / 2 ** 32));
    this.#int32(value | 0);
  }

  /** UTF-8, from `start` to before `end`. */
  addText(source: Uint8Array, start: number, end: number): void {
    this.#begin(end - start);
    this.#int32(end - start);
    const bytes = this.#bytes;
    let to = this.#end;
    // Most have a few bytes: to have them copied takes longer.
    for (let at = start; at < end; at++) bytes[to++] = source[at] ?? 0;
    this.#end = to;
  }

  /** From its digits, dashes included. @returns false, and has added nothing, when there is no UUID between the two. */
  addUuid(source: Uint8Array, start: number, end: number): boolean {
    if (end - start !== UUID_LENGTH) return false;
    this.#begin(UUID_BYTES);
    const bytes = this.#bytes;
    let to = this.#end + 4;
    let at = start;
    let isHex = true;
    for (const digits of GROUPS) {
      for (const last = at + digits; at < last; at += 2) {
        const byte = ((HEX[source[at] ?? 0] ?? NONE) << 4) | (HEX[source[at + 1] ?? 0] ?? NONE);
        isHex &&= byte < 256;
        bytes[to++] = byte;
      }
      isHex &&= at === end || source[at] === DASH;
      at += 1;
    }
    if (!isHex) {
      this.#count -= 1;
      return false;
    }
    this.#int32(UUID_BYTES);
    this.#end = to;
    return true;
  }

  /** For a parameter of a statement. As it is until something is added or taken away. */
  get parameter(): Buffer {
    const end = this.#end;
    this.#end = 0;
    for (const word of [this.#count === 0 ? 0 : 1, this.#hasNull ? 1 : 0, this.type, this.#count, FIRST])
      this.#int32(word);
    this.#end = end;
    return this.#bytes.subarray(0, this.#count === 0 ? NO_DIMENSION_BYTES : end);
  }

  #begin(bytes: number): void {
    this.#count += 1;
    if (this.#end + 4 + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.#end + 4 + bytes));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }

  #int32(value: number): void {
    const [bytes, to] = [this.#bytes, this.#end];
    bytes[to] = value >>> 24;
    bytes[to + 1] = value >>> 16;
    bytes[to + 2] = value >>> 8;
    bytes[to + 3] = value;
    this.#end = to + 4;
  }
}

const FIRST_BYTES = 1 << 10;
/** Dimensions, whether there are nulls, the type, and of the one dimension its size and the number of its first element. */
const HEADER_BYTES = 20;
const NO_DIMENSION_BYTES = 12;
const FIRST = 1;

const UUID_LENGTH = 36;
const UUID_BYTES = 16;
/** Its digits, between dashes. */
const GROUPS = [8, 4, 4, 4, 12];
const DASH = 0x2d;
const NONE = 1 << 12;

/** What a digit stands for, by its character. */
const HEX = new Uint16Array(256).fill(NONE);
for (const [digit, characters] of [...'0123456789abcdef'].entries())
  for (const each of [characters, characters.toUpperCase()]) HEX[each.charCodeAt(0)] = digit;

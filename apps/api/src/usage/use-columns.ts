import { setImmediate as turn } from 'node:timers/promises';
import { BinaryArray, ELEMENT } from '../database/binary-array.js';
import { SpooledEvents } from './spooled-events.js';

const { uuid, bigint, integer, text } = ELEMENT;

/** What `USE_COLUMNS` are filled from: the members of an event in the order in which `usageJson` writes them. */
const MEMBERS = [
  ['id', uuid],
  ['at', bigint],
  ['key', uuid],
  ['secret', uuid],
  ['owner', uuid],
  ['outcome', text],
  ['us', integer],
  ['request', text],
  ['ip', text],
  ['agent', text],
  ['method', text],
  ['path', text],
] as const;

const TYPE_NAMES = { [uuid]: 'uuid', [bigint]: 'bigint', [integer]: 'integer', [text]: 'text' } as const;

/**
 * Uses as the database takes them: a binary array for each column. PostgreSQL would take three times as long to read the
 * JSON of the spool, and nobody else can read it for PostgreSQL while that is at the batch before.
 */
export class UseColumns {
  readonly #columns = MEMBERS.map(([, type]) => new BinaryArray(type));
  /** Of what was asked for, which hardly a use says: the numbers of the uses, from 1 on, and a permission for each. */
  readonly #askedBy = new BinaryArray(integer);
  readonly #asked = new BinaryArray(text);

  /** Replaces what was there, by nothing if nothing is given. @returns false when one of them is nothing that a database could take for a use. */
  async fill(events: SpooledEvents = SpooledEvents.none): Promise<boolean> {
    for (const column of [...this.#columns, this.#askedBy, this.#asked]) column.clear();
    for (let n = 0; n < events.count; n++) {
      if (n > 0 && n % EVENTS_A_TURN === 0) await turn();
      const [start, end] = [events.startOf(n), events.endOf(n)];
      const isAdded = isPlain(events.bytes, start, end)
        ? this.#addPlain(events.bytes)
        : this.#addParsed(parsed(events.bytes.toString('utf8', start, end)), n + 1);
      if (!isAdded) return false;
    }
    return true;
  }

  /** For the parameters of `unnestUses`, in their order. */
  get params(): Buffer[] {
    return [...this.#columns, this.#askedBy, this.#asked].map(({ parameter }) => parameter);
  }

  #addPlain(bytes: Buffer): boolean {
    for (let n = 0; n < MEMBERS.length; n++) {
      const [start, end] = [BOUNDS[2 * n] ?? 0, BOUNDS[2 * n + 1] ?? 0];
      if (!this.#add(n, start < 0 ? null : bytes, start, end)) return false;
    }
    return true;
  }

  /** Texts with escapes in them, and what was asked for, whose members have another order. */
  #addParsed(event: Record<string, unknown> | null, place: number): boolean {
    if (event === null) return false;
    for (const [n, [name]] of MEMBERS.entries()) {
      const value = event[name] ?? null;
      const bytes = value === null ? null : Buffer.from(String(value as string | number));
      if (!this.#add(n, bytes, 0, bytes?.length ?? 0)) return false;
    }
    for (const permission of Array.isArray(event.asked) ? event.asked : []) {
      const bytes = Buffer.from(String(permission));
      this.#askedBy.addInteger(place);
      this.#asked.addText(bytes, 0, bytes.length);
    }
    return true;
  }

  #add(n: number, bytes: Buffer | null, start: number, end: number): boolean {
    const [column, type] = [this.#columns[n], MEMBERS[n]?.[1]];
    if (column === undefined) return false;
    if (bytes === null) column.addNull();
    else if (type === uuid) return column.addUuid(bytes, start, end);
    else if (type === text) column.addText(bytes, start, end);
    else {
      const value = numberIn(bytes, start, end);
      if (!(value <= (type === integer ? INTEGER_MAX : Number.MAX_SAFE_INTEGER))) return false;
      if (type === integer) column.addInteger(value);
      else column.addBigint(value);
    }
    return true;
  }
}

/** The parameters that `unnestUses` and `unnestAsked` take. */
export const USE_COLUMNS = MEMBERS.length;

/**
 * Uses as rows, for FROM, out of `USE_COLUMNS` parameters from `$first` on. Columns are called as the members are; `place` is
 * the number of the use, from 1 on.
 */
export function unnestUses(first: number): string {
  const arrays = MEMBERS.map(([, type], n) => `$${first + n}::${TYPE_NAMES[type]}[]`);
  return `unnest(${arrays.join(', ')}) WITH ORDINALITY AS use (${MEMBERS.map(([name]) => name).join(', ')}, place)`;
}

/** What was asked for, by the numbers of uses: the two parameters behind those. */
export function unnestAsked(first: number): string {
  return `unnest($${first + USE_COLUMNS}::integer[], $${first + USE_COLUMNS + 1}::text[]) AS asking (place, permission)`;
}

/** Those who verify keys in between wait a fifth of a millisecond. */
const EVENTS_A_TURN = 100;
const INTEGER_MAX = 2 ** 31 - 1;

/** Where the values of the event lie that was looked at last; before the start: null. Used at once, and again for each. */
const BOUNDS = new Int32Array(2 * MEMBERS.length);

const BEFORE = MEMBERS.map(([name], n) => Buffer.from(`${n === 0 ? '{' : ','}"${name}":`));
const UUID_LENGTH = 36;
const NULL = Buffer.from('null');
const [QUOTE, BACKSLASH, CLOSING] = [0x22, 0x5c, 0x7d];
const [ZERO, NINE] = [0x30, 0x39];

/** Whether an event is written as `usageJson` does it, without anything escaped. Then `BOUNDS` say where its values lie. */
function isPlain(bytes: Buffer, start: number, end: number): boolean {
  let at = start;
  for (let n = 0; n < MEMBERS.length; n++) {
    const before = BEFORE[n] ?? NULL;
    if (!stands(before, bytes, at)) return false;
    at += before.length;
    const first = bytes[at] ?? 0;
    let [valueStart, valueEnd] = [at, at];
    if (first === QUOTE && MEMBERS[n]?.[1] === uuid) {
      // What stands in between is looked at when it is added.
      valueStart = at + 1;
      valueEnd = valueStart + UUID_LENGTH;
      if (bytes[valueEnd] !== QUOTE) return false;
      at = valueEnd + 1;
    } else if (first === QUOTE) {
      valueStart = valueEnd = at + 1;
      while (bytes[valueEnd] !== QUOTE) {
        if (bytes[valueEnd] === BACKSLASH || valueEnd >= end) return false;
        valueEnd += 1;
      }
      at = valueEnd + 1;
    } else if (first >= ZERO && first <= NINE) {
      while ((bytes[valueEnd] ?? 0) >= ZERO && (bytes[valueEnd] ?? 0) <= NINE) valueEnd += 1;
      at = valueEnd;
    } else {
      if (!stands(NULL, bytes, at)) return false;
      valueStart = -1;
      at += NULL.length;
    }
    BOUNDS[2 * n] = valueStart;
    BOUNDS[2 * n + 1] = valueEnd;
  }
  return at === end - 1 && bytes[at] === CLOSING;
}

/** Null for what is no JSON of an object. */
function parsed(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

function stands(what: Buffer, bytes: Buffer, at: number): boolean {
  for (let n = 0; n < what.length; n++) if (bytes[at + n] !== what[n]) return false;
  return true;
}

/** NaN for what is no whole number from 0 on. */
function numberIn(bytes: Buffer, start: number, end: number): number {
  let value = start < end ? 0 : NaN;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return NaN;
    value = 10 * value + digit;
  }
  return value;
}

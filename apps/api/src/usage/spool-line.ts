import { setImmediate as turn } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { SpooledEvents } from './spooled-events.js';

// A line of a spool: CRC-32 in eight hexadecimal digits, a space, and events as JSON with commas between them. The events
// of one turn of the event loop stand in one line, so that they share its checksum; only many of them take several.

/** Events of whole lines, checked, in the order in which they were written. */
export interface SpoolLines {
  readonly events: SpooledEvents;
  /** How many bytes were read, damaged lines included. */
  readonly bytes: number;
  /** Lines whose checksum did not match: torn by a crash, or spoilt by the disk. */
  readonly damaged: number;
}

/** More than a line ever has: it ends with the event that takes it beyond LINE_BYTES. */
export const LINE_BYTES_MAX = 1 << 16;
const LINE_BYTES = 1 << 14;
/** Of one unit of a JavaScript string. */
const UTF8_BYTES_MAX = 3;
/** What a line has beyond its events: the checksum, a space, the newline. */
const FRAME_BYTES = 10;

/** How much room `encodeLines` may need. */
export function roomFor(events: readonly string[]): number {
  let room = 0;
  for (const event of events) room += event.length * UTF8_BYTES_MAX + FRAME_BYTES;
  return room;
}

/** Writes lines with these events to the start of `target` and returns how many bytes they are. */
export function encodeLines(events: readonly string[], target: Buffer): number {
  let end = 0;
  for (let n = 0; n < events.length;) {
    const start = end;
    end += SUM_DIGITS;
    do {
      target[end] = end === start + SUM_DIGITS ? BLANK : COMMA;
      end += 1 + target.write(events[n] ?? '', end + 1);
      n += 1;
    } while (n < events.length && end - start < LINE_BYTES);
    writeSum(target, start, crc32(target.subarray(start + SUM_DIGITS + 1, end)));
    target[end++] = NEWLINE;
  }
  return end;
}

/**
 * Reads at most `countMax` events, and whole lines, unless the first one has more.
 * @param isLast nothing follows `bytes`: what stands after the last newline is a torn line and not the start of one.
 * @param from where to begin, which may be within the first line. It is checked from its start all the same.
 */
export async function decodeLines(bytes: Buffer, countMax: number, isLast: boolean, from = 0): Promise<SpoolLines> {
  const bounds: number[] = [];
  let damaged = 0;
  let start = 0;
  let turnEnd = TURN_BYTES;
  while (start < bytes.length && bounds.length < 2 * countMax) {
    if (start >= turnEnd) {
      await turn();
      turnEnd = start + TURN_BYTES;
    }
    const newline = bytes.indexOf(NEWLINE, start);
    if (newline === -1 && !isLast) break;
    const line = newline === -1 ? [] : eventsIn(bytes, start, newline, from);
    if (line.length === 0) damaged += 1;
    const room = 2 * countMax - bounds.length;
    if (line.length > room && bounds.length > 0) break;
    bounds.push(...line.slice(0, room));
    start = line.length > room ? (line[room] ?? newline) : newline === -1 ? bytes.length : newline + 1;
  }
  return { events: new SpooledEvents(bytes, bounds), bytes: start, damaged };
}

/** Those who verify keys in between wait half a millisecond. */
const TURN_BYTES = 1 << 18;

const NEWLINE = 0x0a;
const BLANK = 0x20;
const COMMA = 0x2c;
const SUM_DIGITS = 8;

/** Where events start and end, of those that start at `from` or later; none for a line that is not as it was written. */
function eventsIn(bytes: Buffer, start: number, end: number, from: number): number[] {
  const first = start + SUM_DIGITS + 1;
  if (first >= end || bytes[first - 1] !== BLANK) return [];
  // Cut off, or the search for what does not follow in this line would go through all that follow: the work would grow
  // with the square of their number.
  const line = bytes.subarray(first, end);
  if (!hasSum(bytes, start, crc32(line))) return [];
  const bounds: number[] = [];
  for (let at = 0; at < line.length;) {
    const between = line.indexOf(BETWEEN, at);
    const next = between === -1 ? line.length : between + 1;
    if (first + at >= from) bounds.push(first + at, first + next);
    at = next + 1;
  }
  return bounds;
}

/** Stands between two events and in none: of JSON, a text that ends in braces is followed by a comma or another brace. */
const BETWEEN = Buffer.from('},{"id":');

function hasSum(bytes: Buffer, at: number, sum: number): boolean {
  for (let digit = 0; digit < SUM_DIGITS; digit++) if (bytes[at + digit] !== digitOf(sum, digit)) return false;
  return true;
}

function writeSum(bytes: Buffer, at: number, sum: number): void {
  for (let digit = 0; digit < SUM_DIGITS; digit++) bytes[at + digit] = digitOf(sum, digit);
}

function digitOf(sum: number, digit: number): number {
  return DIGITS[(sum >>> (28 - 4 * digit)) & 15] ?? 0;
}

const DIGITS = Buffer.from('0123456789abcdef');

import { crc32 } from 'node:zlib';
import type { UsageEvent } from './usage-event.js';

/** Whole lines of a spool, checked, in the order in which they were written. */
export interface SpoolLines {
  /** The JSON of one event each. */
  readonly events: readonly Buffer[];
  /** How many bytes were read, damaged lines included. */
  readonly bytes: number;
  /** Lines whose checksum did not match: torn by a crash, or spoilt by the disk. */
  readonly damaged: number;
}

/**
 * One line of a spool file: CRC-32 in eight hexadecimal digits, a space, the event as JSON. The names in the JSON are
 * the columns of the statement that stores it (see store-batch.sql.ts), so that nobody has to parse it on the way.
 */
export function encodeLine(id: string, event: UsageEvent): string {
  const { at, keyId, secretId, ownerId, outcome, latencyUs, requestId, ip, userAgent, method, endpoint } = event;
  // Written out, because JSON.stringify takes twice as long as everything else that is done for a record.
  const json =
    `{"id":"${id}","at":${at},"key":${uuid(keyId)},"secret":${uuid(secretId)},"owner":${uuid(ownerId)},` +
    `"outcome":"${outcome}","us":${latencyUs},"request":${quoted(requestId)},"ip":${quoted(ip)},` +
    `"agent":${quoted(userAgent)},"method":${quoted(method)},"path":${quoted(endpoint)}}`;
  return `${prefix(json)}${json}\n`;
}

/**
 * Splits `bytes` into lines, at most `countMax` of them.
 * @param isLast nothing follows `bytes`: what stands after the last newline is a torn line and not the start of one.
 */
export function decodeLines(bytes: Buffer, countMax: number, isLast: boolean): SpoolLines {
  const events: Buffer[] = [];
  let damaged = 0;
  let start = 0;
  while (start < bytes.length && events.length < countMax) {
    const newline = bytes.indexOf(NEWLINE, start);
    if (newline === -1 && !isLast) break;
    const event = newline === -1 ? null : checked(bytes, start, newline);
    if (event === null) damaged += 1;
    else events.push(event);
    start = newline === -1 ? bytes.length : newline + 1;
  }
  return { events, bytes: start, damaged };
}

const NEWLINE = 0x0a;
const BLANK = 0x20;
const SUM_DIGITS = 8;

/** The JSON of a line, or null for one that is not as it was written. */
function checked(bytes: Buffer, start: number, end: number): Buffer | null {
  const blankAt = start + SUM_DIGITS;
  if (blankAt >= end || bytes[blankAt] !== BLANK) return null;
  const json = bytes.subarray(blankAt + 1, end);
  const sum = crc32(json);
  for (let digit = 0; digit < SUM_DIGITS; digit++) {
    if (bytes[start + digit] !== DIGITS[(sum >>> (28 - 4 * digit)) & 15]) return null;
  }
  return json;
}

const DIGITS = Buffer.from('0123456789abcdef');

function prefix(json: string): string {
  const sum = crc32(json);
  return `${hex(sum >>> 24)}${hex((sum >>> 16) & 255)}${hex((sum >>> 8) & 255)}${hex(sum & 255)} `;
}

/** Looked up, because to write a number in another base takes longer than its checksum. */
function hex(byte: number): string {
  return HEX[byte] ?? '';
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function uuid(id: string | null): string {
  return id === null ? 'null' : `"${id}"`;
}

function quoted(text: string | null): string {
  if (text === null) return 'null';
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text.replace(UNSTORABLE, '\ufffd'));
}

/** What JSON leaves as it is: printable ASCII without quotes and backslashes. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** PostgreSQL stores neither NUL nor half a surrogate pair, and one event it refuses would hold up all others. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

import { decodeCursor, encodeCursor } from '../http/cursor.js';

/** A place in the log: entries are ordered by time, those of one millisecond by id. */
export interface LogCursor {
  readonly timestamp: Date;
  readonly id: string;
}

export function encodeLogCursor({ timestamp, id }: LogCursor): string {
  return encodeCursor(LOG, `${timestamp.getTime()}.${id}`);
}

/** Undefined for whatever `encodeLogCursor` did not make. */
export function decodeLogCursor(text: string): LogCursor | undefined {
  const [, time, id] = PLACE.exec(decodeCursor(LOG, text) ?? '') ?? [];
  return id === undefined ? undefined : { timestamp: new Date(Number(time)), id };
}

/** The place right before a moment: what is older than that lies behind it. */
export function placeBefore(moment: Date): LogCursor {
  return { timestamp: new Date(moment.getTime() - 1), id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };
}

/** The log has one order, and a place in it is one whatever it is filtered by. */
const LOG = 'log';
const PLACE = /^(\d{1,15})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

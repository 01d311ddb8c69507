/** A place in the log: entries are ordered by time, those of one millisecond by id. */
export interface LogCursor {
  readonly timestamp: Date;
  readonly id: string;
}

/** Opaque to whoever gets it, so that it may change. */
export function encodeCursor({ timestamp, id }: LogCursor): string {
  return Buffer.from(`${timestamp.getTime()}.${id}`).toString('base64url');
}

/** Undefined for whatever `encodeCursor` did not make. */
export function decodeCursor(text: string): LogCursor | undefined {
  const [, time, id] = CURSOR.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
  return id === undefined ? undefined : { timestamp: new Date(Number(time)), id };
}

const CURSOR = /^(\d{1,15})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

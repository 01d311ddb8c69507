import { decodeCursor, encodeCursor } from '../http/cursor.js';

/** A place among the anomalies: they are ordered by when they were found, those of one millisecond by id. */
export interface AnomalyCursor {
  readonly createdAt: Date;
  readonly id: string;
}

export function encodeAnomalyCursor({ createdAt, id }: AnomalyCursor): string {
  return encodeCursor(LIST, `${createdAt.getTime()}.${id}`);
}

/** Undefined for whatever `encodeAnomalyCursor` did not make. */
export function decodeAnomalyCursor(text: string): AnomalyCursor | undefined {
  const [, time, id] = PLACE.exec(decodeCursor(LIST, text) ?? '') ?? [];
  return id === undefined ? undefined : { createdAt: new Date(Number(time)), id };
}

const LIST = 'anomalies';
const PLACE = /^(\d{1,15})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

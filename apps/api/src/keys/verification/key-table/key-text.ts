import type { VerifiedKey } from '#guards';
import { HAS_EXTERNAL_ID, HAS_META, IS_ASCII } from './key-record.js';

/** The texts of a key that hardly ever are those of another. */
export type KeyText = Pick<VerifiedKey, 'name' | 'externalId' | 'meta'>;

/** PostgreSQL stores it in no text. */
const SEPARATOR = '\0';

/** One piece of bytes, and the flags that are needed to read it. */
export function packed({ name, externalId, meta }: KeyText): { bytes: Buffer; flags: number } {
  const text = [name, externalId ?? '', meta === null ? '' : JSON.stringify(meta)].join(SEPARATOR);
  const bytes = Buffer.from(text);
  const flags =
    (externalId === null ? 0 : HAS_EXTERNAL_ID) |
    (meta === null ? 0 : HAS_META) |
    (bytes.length === text.length ? IS_ASCII : 0);
  return { bytes, flags };
}

export function unpacked(text: string, flags: number): KeyText {
  const nameEnd = text.indexOf(SEPARATOR);
  const externalIdEnd = text.indexOf(SEPARATOR, nameEnd + 1);
  return {
    name: text.slice(0, nameEnd),
    externalId: flags & HAS_EXTERNAL_ID ? text.slice(nameEnd + 1, externalIdEnd) : null,
    meta: flags & HAS_META ? (JSON.parse(text.slice(externalIdEnd + 1)) as VerifiedKey['meta']) : null,
  };
}

import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

// Reading and writing of a sealed value: one byte of format, 8 of key id, 16 of salt, 12 of IV, the ciphertext, 16 of tag.
// The key is of this envelope alone: HKDF-SHA-256 of the master key, the salt and the purpose. However many values one
// master key seals, AES-GCM's bound of 2^32 messages under one key is never in sight, and nothing has to be counted.

/** One entry of MASTER_ENCRYPTION_KEY. Its id is safe to show and to store. */
export interface MasterKey {
  /** 16 hexadecimal digits that follow from the secret and do not lead back to it. */
  readonly id: string;
  readonly secret: KeyObject;
}

/** The one cell of the database that an envelope opens in. */
export interface SealedPlace {
  readonly table: string;
  readonly column: string;
  readonly rowId: string;
}

/** What an envelope is sealed for. Whoever opens it must say the same. */
export interface SealContext {
  /** What the value is for: values of one purpose do not open as those of another. */
  readonly purpose: string;
  readonly place: SealedPlace;
  /** A secret that is kept somewhere else, by a client: without it the master key alone does not open the envelope. */
  readonly clientKey?: string | undefined;
}

export type Opened =
  | { readonly kind: 'opened'; readonly plaintext: Buffer }
  /** Sealed with a master key that is not among those given. */
  | { readonly kind: 'unknown_key'; readonly keyId: string }
  /** Changed, cut, moved from elsewhere, or no envelope at all. */
  | { readonly kind: 'not_authentic' };

export function masterKeyOf(secret: string): MasterKey {
  const key = createSecretKey(secret, 'utf8');
  const id = Buffer.from(hkdfSync('sha256', key, '', 'akm master key id', ID_BYTES)).toString('hex');
  return { id, secret: key };
}

/** @param randomBytes a cryptographic source, as an argument so that vectors can be reproduced. */
export function sealEnvelope(
  key: MasterKey,
  context: SealContext,
  plaintext: Uint8Array,
  randomBytes: (size: number) => Uint8Array,
): Buffer {
  const salt = randomBytes(SALT_BYTES);
  const iv = randomBytes(IV_BYTES);
  const head = Buffer.concat([Buffer.of(FORMAT), Buffer.from(key.id, 'hex')]);
  const cipher = createCipheriv('aes-256-gcm', dataKey(key, salt, context), iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.concat([head, associated(context)]));
  return Buffer.concat([head, salt, iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** @param keys every master key that may still have sealed something. */
export function openEnvelope(keys: readonly MasterKey[], context: SealContext, envelope: Uint8Array): Opened {
  const sealed = Buffer.from(envelope.buffer, envelope.byteOffset, envelope.length);
  const keyId = envelopeKeyId(sealed);
  if (keyId === undefined) return NOT_AUTHENTIC;
  const key = keys.find(({ id }) => id === keyId);
  if (key === undefined) return { kind: 'unknown_key', keyId };
  const salt = sealed.subarray(HEAD_BYTES, IV_AT);
  const decipher = createDecipheriv('aes-256-gcm', dataKey(key, salt, context), sealed.subarray(IV_AT, TEXT_AT), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.concat([sealed.subarray(0, HEAD_BYTES), associated(context)]));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const plaintext = Buffer.concat([decipher.update(sealed.subarray(TEXT_AT, -TAG_BYTES)), decipher.final()]);
    return { kind: 'opened', plaintext };
  } catch {
    return NOT_AUTHENTIC;
  }
}

/** Which master key sealed an envelope; undefined for what is not one. */
export function envelopeKeyId(envelope: Uint8Array): string | undefined {
  if (envelope.length < TEXT_AT + TAG_BYTES || envelope[0] !== FORMAT) return undefined;
  return Buffer.from(envelope.subarray(1, HEAD_BYTES)).toString('hex');
}

const FORMAT = 1;
const ID_BYTES = 8;
const SALT_BYTES = 16;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const HEAD_BYTES = 1 + ID_BYTES;
const IV_AT = HEAD_BYTES + SALT_BYTES;
const TEXT_AT = IV_AT + IV_BYTES;

const NOT_AUTHENTIC: Opened = { kind: 'not_authentic' };

function dataKey(key: MasterKey, salt: Uint8Array, { purpose, clientKey }: SealContext): Buffer {
  const use = fields(['akm envelope', purpose, ...(clientKey === undefined ? [] : [clientKey])]);
  return Buffer.from(hkdfSync('sha256', key.secret, salt, use, KEY_BYTES));
}

function associated({ purpose, place }: SealContext): Buffer {
  return fields([purpose, place.table, place.column, place.rowId]);
}

/** Each text with its length before it, so that no two lists read the same. */
function fields(texts: readonly string[]): Buffer {
  return Buffer.concat(
    texts.flatMap((text) => {
      const bytes = Buffer.from(text);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

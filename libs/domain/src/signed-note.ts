import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

// Signed notes (C2SP signed-note) with Ed25519: a text, an empty line, and a line for each signature.

/** Whoever signs notes. The seed is the secret. */
export interface NoteSigner {
  readonly verifier: NoteVerifier;
  readonly key: KeyObject;
}

/** By what a note is verified: `name+hash+key`, as it is handed to others. */
export interface NoteVerifier {
  readonly name: string;
  /** Four bytes that follow from name and key, in hexadecimal digits. */
  readonly keyHash: string;
  readonly key: KeyObject;
  readonly text: string;
}

export type OpenedNote =
  /** The text, its last newline included, was signed by one of the verifiers. */
  | { readonly kind: 'verified'; readonly text: string; readonly by: NoteVerifier }
  /** Nobody we know has signed it. */
  | { readonly kind: 'unknown_key' }
  /** It says that it was signed by one of them, and was not. */
  | { readonly kind: 'bad_signature' }
  | { readonly kind: 'malformed' };

/** @param seed 32 random bytes. */
export function noteSigner(name: string, seed: Uint8Array): NoteSigner {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return { key, verifier: verifierOf(name, Buffer.from(x, 'base64url')) };
}

/** @param text lines that each end with a newline, none of them empty. */
export function signNote(text: string, { key, verifier }: NoteSigner): string {
  const signature = Buffer.concat([Buffer.from(verifier.keyHash, 'hex'), sign(null, Buffer.from(text), key)]);
  return `${text}\n— ${verifier.name} ${signature.toString('base64')}\n`;
}

export function openNote(note: string, verifiers: readonly NoteVerifier[]): OpenedNote {
  const split = note.lastIndexOf('\n\n');
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2).split('\n');
  if (split <= 0 || lines.pop() !== '' || lines.length === 0 || CONTROL.test(note)) return { kind: 'malformed' };
  const signatures = lines.map(parseSignature);
  let isForged = false;
  for (const signature of signatures) {
    if (!signature) return { kind: 'malformed' };
    const by = verifiers.find(({ name, keyHash }) => name === signature.name && keyHash === signature.keyHash);
    if (by === undefined) continue;
    if (verify(null, Buffer.from(text), by.key, signature.bytes)) return { kind: 'verified', text, by };
    isForged = true;
  }
  return { kind: isForged ? 'bad_signature' : 'unknown_key' };
}

/** Undefined for what is not `name+hash+key` with an Ed25519 key and the hash that follows from it. */
export function parseNoteVerifier(text: string): NoteVerifier | undefined {
  const [, name, keyHash, encoded] = VERIFIER.exec(text) ?? [];
  if (name === undefined || encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length !== 1 + KEY_BYTES || bytes[0] !== ED25519 || bytes.toString('base64') !== encoded) return undefined;
  const verifier = verifierOf(name, bytes.subarray(1));
  return verifier.keyHash === keyHash ? verifier : undefined;
}

const ED25519 = 1;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const HASH_DIGITS = 8;

/** What stands before the seed in a private key (RFC 8410 §7). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A name has neither white space nor plus. */
const VERIFIER = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/;
const SIGNATURE = /^— ([^\s+]+) ([A-Za-z0-9+/]+=*)$/;
// eslint-disable-next-line no-control-regex -- the format forbids exactly these.
const CONTROL = /[\0-\x09\x0b-\x1f]/;

function verifierOf(name: string, publicKey: Buffer): NoteVerifier {
  const typed = Buffer.concat([Buffer.of(ED25519), publicKey]);
  const hash = createHash('sha256').update(`${name}\n`).update(typed).digest('hex').slice(0, HASH_DIGITS);
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') },
    format: 'jwk',
  });
  return { name, keyHash: hash, key, text: `${name}+${hash}+${typed.toString('base64')}` };
}

function parseSignature(line: string): { name: string; keyHash: string; bytes: Buffer } | undefined {
  const [, name, encoded] = SIGNATURE.exec(line) ?? [];
  if (name === undefined || encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length !== HASH_DIGITS / 2 + SIGNATURE_BYTES || bytes.toString('base64') !== encoded) return undefined;
  return {
    name,
    keyHash: bytes.subarray(0, HASH_DIGITS / 2).toString('hex'),
    bytes: bytes.subarray(HASH_DIGITS / 2),
  };
}

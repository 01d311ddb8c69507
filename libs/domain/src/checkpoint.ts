import { HASH_BYTES, type MerkleHash } from './merkle-hash.js';
import { type NoteSigner, type NoteVerifier, openNote, type OpenedNote, signNote } from './signed-note.js';

/** How long a log was, and what was in it: C2SP tlog-checkpoint. */
export interface Checkpoint {
  /** Names the log. */
  readonly origin: string;
  readonly size: number;
  readonly root: MerkleHash;
}

export type OpenedCheckpoint =
  { readonly kind: 'verified'; readonly checkpoint: Checkpoint } | Exclude<OpenedNote, { kind: 'verified' }>;

/** The checkpoint as a signed note; its origin is the name of the signer. */
export function signCheckpoint(size: number, root: MerkleHash, signer: NoteSigner): string {
  return signNote(`${signer.verifier.name}\n${size}\n${root.toString('base64')}\n`, signer);
}

/** Believes nothing in a note that was not signed by the log itself. */
export function openCheckpoint(note: string, verifier: NoteVerifier): OpenedCheckpoint {
  const opened = openNote(note, [verifier]);
  if (opened.kind !== 'verified') return opened;
  const checkpoint = parseCheckpoint(opened.text);
  if (checkpoint === undefined) return { kind: 'malformed' };
  return checkpoint.origin === verifier.name ? { kind: 'verified', checkpoint } : { kind: 'unknown_key' };
}

/** What a note says, before anybody believes it. */
export function claimedCheckpoint(note: string): Checkpoint | undefined {
  return parseCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1));
}

/** The text of a note. Lines behind the third are extensions, and nothing to us. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [, origin, digits, encoded] = TEXT.exec(text) ?? [];
  if (origin === undefined || encoded === undefined) return undefined;
  const size = Number(digits);
  const root = Buffer.from(encoded, 'base64');
  const isExact = Number.isSafeInteger(size) && root.length === HASH_BYTES && root.toString('base64') === encoded;
  return isExact ? { origin, size, root } : undefined;
}

const TEXT = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*$/;

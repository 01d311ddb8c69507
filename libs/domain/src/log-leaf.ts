import { leafHash, type MerkleHash, sha256 } from './merkle-hash.js';

// What the tree has of an entry of the log. A leaf is the hash of what an entry says to everybody and of a commitment to
// what it says of a person: SHA-256 of a random salt and the personal part. So a person can be taken out of an entry for
// good, salt and all, and the leaf can still be computed from what stays.
//
// The encoding is JSON with members in a fixed order and without white space. The first word of the open part says which
// kind of entry it is and which version of this encoding. What is in databases is never encoded otherwise; a change of
// what entries say gets a new version.

/** A use of a key. Times are in milliseconds since the epoch. */
export interface UseEntry {
  readonly kind: 'use';
  readonly id: string;
  readonly at: number;
  readonly keyId: string | null;
  readonly secretId: string | null;
  readonly ownerId: string | null;
  readonly outcome: string;
  readonly latencyUs: number;
  readonly requestId: string;
  readonly method: string;
  readonly endpoint: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** Anything else that the log tells of. */
export interface ChangeEntry {
  readonly kind: 'change';
  readonly id: string;
  readonly at: number;
  readonly action: string;
  readonly keyId: string | null;
  readonly userId: string | null;
  readonly endpoint: string | null;
  readonly method: string | null;
  readonly requestId: string | null;
  readonly statusCode: number | null;
  readonly responseTimeMs: number | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly errorMessage: string | null;
  readonly metadata: unknown;
}

export type LoggedEntry = UseEntry | ChangeEntry;

export interface EncodedEntry {
  readonly open: string;
  readonly personal: string;
}

export const SALT_BYTES = 16;

/** What the open part of a use begins with. */
export const USE_V1 = 'akm.use/1 ';
const CHANGE_V1 = 'akm.change/1 ';

export function encodeEntry(entry: LoggedEntry): EncodedEntry {
  return entry.kind === 'use' ? encodeUse(entry) : encodeChange(entry);
}

/** Whether nothing is said of a person, as after that was taken out. */
export function isImpersonal(entry: LoggedEntry): boolean {
  const said = [entry.ip, entry.userAgent, ...(entry.kind === 'change' ? [entry.errorMessage, entry.metadata] : [])];
  return said.every((value) => value === null);
}

/** @param salt 16 random bytes, new for every entry. */
export function commitmentOf(personal: string | Uint8Array, salt: Uint8Array): Buffer {
  return sha256(salt, personal);
}

export function entryLeaf(open: string | Uint8Array, commitment: Uint8Array): MerkleHash {
  return leafHash(open, commitment);
}

/** How an entry lies in the database: with the salt of its personal part, or without either. */
export interface SealedEntry {
  readonly entry: LoggedEntry;
  readonly salt: Buffer | null;
  /** Kept only once the personal part is gone. */
  readonly commitment: Buffer | null;
}

/** The leaf of a stored entry; undefined when it is kept neither with its salt nor properly without. */
export function leafOf({ entry, salt, commitment }: SealedEntry): MerkleHash | undefined {
  const { open, personal } = encodeEntry(entry);
  if (salt !== null && commitment === null && salt.length === SALT_BYTES)
    return entryLeaf(open, commitmentOf(personal, salt));
  if (salt === null && commitment !== null && isImpersonal(entry)) return entryLeaf(open, commitment);
  return undefined;
}

function encodeUse(use: UseEntry): EncodedEntry {
  const { id, at, keyId, secretId, ownerId, outcome, latencyUs, requestId, method, endpoint, ip, userAgent } = use;
  const told = { id, at, key: keyId, secret: secretId, owner: ownerId, outcome, us: latencyUs, request: requestId };
  return {
    open: USE_V1 + JSON.stringify({ ...told, method, path: endpoint }),
    personal: JSON.stringify({ ip, agent: userAgent }),
  };
}

function encodeChange(change: ChangeEntry): EncodedEntry {
  const { id, at, action, keyId, userId, endpoint, method, requestId, statusCode, responseTimeMs } = change;
  const { ip, userAgent, errorMessage, metadata } = change;
  const told = { id, at, action, key: keyId, user: userId, request: requestId, method, path: endpoint };
  return {
    open: CHANGE_V1 + JSON.stringify({ ...told, status: statusCode, ms: responseTimeMs }),
    personal: JSON.stringify({ ip, agent: userAgent, error: errorMessage, metadata: ordered(metadata) }),
  };
}

/**
 * The same value with the members of every object in the order of their names, since PostgreSQL and JavaScript each keep
 * an order of their own. Objects become lists too, and every list says what it was.
 */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return ['list', ...value.map(ordered)];
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return ['object', ...members.map(([name, member]) => [name, ordered(member)])];
}

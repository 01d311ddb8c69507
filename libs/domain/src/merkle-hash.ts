import { createHash } from 'node:crypto';

// The two hashes of RFC 6962 §2.1. Leaves and nodes begin with different bytes, so that neither passes for the other.

/** A hash of 32 bytes. */
export type MerkleHash = Buffer;

export const HASH_BYTES = 32;

/** The root of a tree without leaves. */
export const EMPTY_ROOT: MerkleHash = createHash('sha256').digest();

/** @param parts the entry, which may come in pieces. */
export function leafHash(...parts: (Uint8Array | string)[]): MerkleHash {
  const hash = createHash('sha256').update(LEAF);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function nodeHash(left: Uint8Array, right: Uint8Array): MerkleHash {
  return createHash('sha256').update(NODE).update(left).update(right).digest();
}

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

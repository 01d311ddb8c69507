import { hash } from 'node:crypto';

// The two hashes of RFC 6962 §2.1. Leaves and nodes begin with different bytes, so that neither passes for the other.

/** A hash of 32 bytes. */
export type MerkleHash = Buffer;

export const HASH_BYTES = 32;

/** The root of a tree without leaves. */
export const EMPTY_ROOT: MerkleHash = sha256();

/** @param parts the entry, which may come in pieces. */
export function leafHash(...parts: (Uint8Array | string)[]): MerkleHash {
  return sha256(LEAF, ...parts);
}

export function nodeHash(left: Uint8Array, right: Uint8Array): MerkleHash {
  return sha256(NODE, left, right);
}

/** Of short texts and bytes, one after the other. Joined first: a hash that is fed piece by piece takes twice as long. */
export function sha256(...parts: (Uint8Array | string)[]): Buffer {
  return hash('sha256', Buffer.concat(parts.map(bytesOf)), 'buffer');
}

function bytesOf(part: Uint8Array | string): Uint8Array {
  return typeof part === 'string' ? Buffer.from(part) : part;
}

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

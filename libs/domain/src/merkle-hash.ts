import { hash } from 'node:crypto';

// The two hashes of RFC 6962 §2.1. Leaves and nodes begin with different bytes, so that neither passes for the other.

/** A hash of 32 bytes. */
export type MerkleHash = Buffer;

export const HASH_BYTES = 32;

/** The root of a tree without leaves. */
export const EMPTY_ROOT: MerkleHash = sha256();

/** What is hashed for a leaf begins with this byte. */
export const LEAF_BYTE = 0;
const NODE_BYTE = 1;

/** @param parts the entry, which may come in pieces. */
export function leafHash(...parts: (Uint8Array | string)[]): MerkleHash {
  return sha256(LEAF, ...parts);
}

export function nodeHash(left: Uint8Array, right: Uint8Array): MerkleHash {
  return sha256(NODE, left, right);
}

/** The nodes over neighbours: of the first hash and the second, of the third and the fourth. One left over has none. */
export function parentsOf(hashes: Buffer): Buffer {
  const count = Math.floor(hashes.length / (2 * HASH_BYTES));
  const parents = Buffer.allocUnsafe(count * HASH_BYTES);
  const node = Buffer.alloc(1 + 2 * HASH_BYTES, NODE_BYTE);
  for (let at = 0; at < count; at++) {
    hashes.copy(node, 1, at * 2 * HASH_BYTES, (at + 1) * 2 * HASH_BYTES);
    hashInto(parents, at * HASH_BYTES, node);
  }
  return parents;
}

/** Of short texts and bytes, one after the other. Joined first: a hash that is fed piece by piece takes twice as long. */
export function sha256(...parts: (Uint8Array | string)[]): Buffer {
  return Buffer.from(digestText(Buffer.concat(parts.map(bytesOf))), 'latin1');
}

/** Writes the SHA-256 of `bytes` to a place of `target`. */
export function hashInto(target: Buffer, at: number, bytes: Uint8Array): void {
  target.write(digestText(bytes), at, HASH_BYTES, 'latin1');
}

/**
 * One character a byte. A third of the time that a hash as bytes takes, because Node sets memory aside for those that is
 * not of its heap, piece by piece, and has it to collect.
 */
function digestText(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'binary');
}

function bytesOf(part: Uint8Array | string): Uint8Array {
  return typeof part === 'string' ? Buffer.from(part) : part;
}

const LEAF = Buffer.of(LEAF_BYTE);
const NODE = Buffer.of(NODE_BYTE);

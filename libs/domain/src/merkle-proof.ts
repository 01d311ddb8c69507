import { EMPTY_ROOT, HASH_BYTES, type MerkleHash, nodeHash } from './merkle-hash.js';
import { type TreeNode } from './merkle-tile.js';

/** The leaves from `from` on, up to but without `to`. */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

/** What an inclusion proof is made of, in its order: the hashes of these ranges. RFC 6962 §2.1.1. */
export function inclusionRanges(leaf: number, size: number): LeafRange[] {
  return path(leaf, { from: 0, to: size });
}

/** What a proof that a tree of `size` goes on from one of `former` is made of. RFC 6962 §2.1.2. */
export function consistencyRanges(former: number, size: number): LeafRange[] {
  return former === 0 ? [] : subproof(former, { from: 0, to: size }, true);
}

/** The perfect subtrees a range falls into, from left to right: its hash is made of theirs by `hashOfRange`. */
export function nodesOf({ from, to }: LeafRange): TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let at = from; at < to;) {
    let height = 0;
    while (at % 2 ** (height + 1) === 0 && at + 2 ** (height + 1) <= to) height += 1;
    nodes.push({ height, index: at / 2 ** height });
    at += 2 ** height;
  }
  return nodes;
}

/** @param nodes the hashes of `nodesOf(range)`. */
export function hashOfRange(nodes: readonly MerkleHash[]): MerkleHash {
  return nodes.length === 0 ? EMPTY_ROOT : nodes.reduceRight((right, left) => nodeHash(left, right));
}

/** Whether the leaf is the one at that place in the tree with this root. RFC 9162 §2.1.3.2. */
export function verifyInclusion(
  leafHash: Buffer,
  leaf: number,
  size: number,
  proof: readonly Buffer[],
  root: Buffer,
): boolean {
  if (!isSize(size) || !isSize(leaf) || leaf >= size || leafHash.length !== HASH_BYTES) return false;
  let hash = leafHash;
  let at = leaf;
  let last = size - 1;
  for (const step of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(step, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      hash = nodeHash(hash, step);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && hash.equals(root);
}

/** Whether the tree of `size` begins with the one of `former`. RFC 9162 §2.1.4.2. */
export function verifyConsistency(
  former: number,
  size: number,
  proof: readonly Buffer[],
  formerRoot: Buffer,
  root: Buffer,
): boolean {
  if (!isSize(former) || !isSize(size) || former > size) return false;
  // Everything goes on from nothing: that proves nothing, and nobody should believe to have seen a proof.
  if (former === 0) return false;
  if (former === size) return proof.length === 0 && formerRoot.equals(root);
  const steps = Number.isInteger(Math.log2(former)) ? [formerRoot, ...proof] : [...proof];
  const [first] = steps;
  if (first === undefined || proof.length === 0) return false;
  let at = former - 1;
  let last = size - 1;
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  let formerHash = first;
  let hash = first;
  for (const step of steps.slice(1)) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      formerHash = nodeHash(step, formerHash);
      hash = nodeHash(step, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      hash = nodeHash(hash, step);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && formerHash.equals(formerRoot) && hash.equals(root);
}

function path(leaf: number, { from, to }: LeafRange): LeafRange[] {
  if (to - from <= 1) return [];
  const middle = from + splitOf(to - from);
  return leaf < middle
    ? [...path(leaf, { from, to: middle }), { from: middle, to }]
    : [...path(leaf, { from: middle, to }), { from, to: middle }];
}

/** @param isWhole whether the verifier knows the hash of the range already: it is the former tree itself. */
function subproof(former: number, { from, to }: LeafRange, isWhole: boolean): LeafRange[] {
  if (former === to) return isWhole ? [] : [{ from, to }];
  const middle = from + splitOf(to - from);
  return former <= middle
    ? [...subproof(former, { from, to: middle }, isWhole), { from: middle, to }]
    : [...subproof(former, { from: middle, to }, false), { from, to: middle }];
}

/** The largest power of two below `count`. */
function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

function half(count: number): number {
  return Math.floor(count / 2);
}

function isSize(count: number): boolean {
  return Number.isSafeInteger(count) && count >= 0;
}

/** What the header of a file says of its search tree. */
export interface TreeShape {
  readonly nodeCount: number;
  readonly recordSize: number;
  readonly searchTreeSize: number;
  readonly ipVersion: number;
}

/** Reads a record of a node. Below the number of nodes it is a node; equal to it, nothing; above, the place of an entry. */
export type RecordAt = (node: number, side: 0 | 1) => number;

/** @throws RangeError where the bytes end before the tree does. */
export function recordReader(bytes: Buffer, { recordSize }: TreeShape): RecordAt {
  const nodeBytes = recordSize / 4;
  switch (recordSize) {
    case 24:
      return (node, side) => bytes.readUIntBE(node * nodeBytes + 3 * side, 3);
    case 28:
      // The highest bits of both records share the byte in the middle.
      return (node, side) => {
        const at = node * nodeBytes;
        const middle = bytes.readUInt8(at + 3);
        return ((side === 0 ? middle >> 4 : middle & 0x0f) << 24) | bytes.readUIntBE(at + 4 * side, 3);
      };
    default:
      return (node, side) => bytes.readUInt32BE(node * nodeBytes + 4 * side);
  }
}

/** Far more than lie before the first few hundred entries; a damaged tree that leads back into itself has no end. */
const RECORDS_MAX = 200_000;

/** An address of each of the first so many networks that have an entry, from the lowest on. */
export function firstAddresses(recordAt: RecordAt, shape: TreeShape, count: number): string[] {
  const { nodeCount, ipVersion } = shape;
  const bits = ipVersion === 4 ? 32 : 128;
  const found: string[] = [];
  const ahead = [{ record: 0, path: 0n, depth: 0 }];
  for (let read = 0; read < RECORDS_MAX && found.length < count; read++) {
    const next = ahead.pop();
    if (next === undefined) break;
    const { record, path, depth } = next;
    if (record > nodeCount) found.push(addressOf(path << BigInt(bits - depth), bits));
    if (record >= nodeCount || depth === bits) continue;
    for (const side of [1, 0] as const)
      ahead.push({ record: recordAt(record, side), path: (path << 1n) | BigInt(side), depth: depth + 1 });
  }
  return found;
}

function addressOf(value: bigint, bits: number): string {
  const digits = value.toString(16).padStart(bits / 4, '0');
  if (bits === 32) return (digits.match(/../g) ?? []).map((byte) => parseInt(byte, 16)).join('.');
  return (digits.match(/.{4}/g) ?? []).join(':');
}

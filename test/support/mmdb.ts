import ipaddr from 'ipaddr.js';

/** What an entry says: members in any layout a publisher has thought of. */
export type MmdbValue = string | number | boolean | readonly MmdbValue[] | { readonly [name: string]: MmdbValue };

export interface MmdbDatabase {
  /** By network in CIDR notation; no two of them overlap. */
  readonly entries: Readonly<Record<string, MmdbValue>>;
  readonly type?: string;
  /** Milliseconds since the epoch. */
  readonly madeAt?: number;
  /** Of a record of the tree. */
  readonly bits?: 24 | 28 | 32;
  readonly ipVersion?: 4 | 6;
}

/** The bytes of a database in the format of MaxMind, version 2.0 (https://maxmind.github.io/MaxMind-DB/). */
export function mmdbFile(database: MmdbDatabase): Buffer {
  const { entries, type = 'Test', madeAt = Date.UTC(2026, 10, 1), bits = 28, ipVersion = 6 } = database;
  const values: Buffer[] = [];
  const tree: Node[] = [[null, null]];
  let dataLength = 0;
  for (const [network, value] of Object.entries(entries)) {
    insert(tree, pathOf(network, ipVersion), dataLength);
    const written = encoded(value);
    values.push(written);
    dataLength += written.length;
  }
  const record = (child: Child) =>
    child === null ? tree.length : 'node' in child ? child.node : tree.length + SEPARATOR.length + child.place;
  const nodes = tree.map(([left, right]) => nodeBytes(record(left), record(right), bits));
  const metadata = {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: Math.floor(madeAt / 1000),
    database_type: type,
    description: { en: 'made by a test' },
    ip_version: ipVersion,
    languages: ['en'],
    node_count: tree.length,
    record_size: bits,
  };
  return Buffer.concat([...nodes, SEPARATOR, ...values, MARKER, encoded(metadata)]);
}

type Child = { readonly node: number } | { readonly place: number } | null;
type Node = [Child, Child];

const SEPARATOR = Buffer.alloc(16);
const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');

/** IPv4 networks lie at the beginning of a tree of IPv6. */
function pathOf(network: string, ipVersion: 4 | 6): number[] {
  const [address, length] = ipaddr.parseCIDR(network);
  const isEmbedded = address.kind() === 'ipv4' && ipVersion === 6;
  const bytes = [...(isEmbedded ? Array<number>(12).fill(0) : []), ...address.toByteArray()];
  return bytes
    .flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((bit) => (byte >> bit) & 1))
    .slice(0, length + (isEmbedded ? 96 : 0));
}

function insert(tree: Node[], path: readonly number[], place: number): void {
  let at = 0;
  path.forEach((bit, depth) => {
    const node = tree[at] as Node;
    if (depth === path.length - 1) node[bit as 0 | 1] = { place };
    else {
      const child = node[bit as 0 | 1] ?? { node: tree.push([null, null]) - 1 };
      if (!('node' in child)) throw new Error('networks overlap');
      node[bit as 0 | 1] = child;
      at = child.node;
    }
  });
}

function nodeBytes(left: number, right: number, bits: 24 | 28 | 32): Buffer {
  const bytes = Buffer.alloc(bits / 4);
  if (bits === 32) {
    bytes.writeUInt32BE(left, 0);
    bytes.writeUInt32BE(right, 4);
    return bytes;
  }
  bytes.writeUIntBE(left & 0xffffff, 0, 3);
  bytes.writeUIntBE(right & 0xffffff, bits / 4 - 3, 3);
  if (bits === 28) bytes.writeUInt8(((left >>> 24) << 4) | (right >>> 24), 3);
  return bytes;
}

function encoded(value: MmdbValue): Buffer {
  if (typeof value === 'string') return withSize(2, Buffer.byteLength(value), Buffer.from(value));
  if (typeof value === 'boolean') return withSize(14, value ? 1 : 0, Buffer.alloc(0));
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return withSize(6, 4, bytes);
  }
  if (Array.isArray(value)) return withSize(11, value.length, Buffer.concat(value.map(encoded)));
  const members = Object.entries(value).map(([name, member]) => Buffer.concat([encoded(name), encoded(member)]));
  return withSize(7, members.length, Buffer.concat(members));
}

/** A control byte, the type again where it does not fit into that, and the size where that does not. */
function withSize(type: number, size: number, content: Buffer): Buffer {
  if (size >= 285) throw new Error('no test needs anything as large');
  const told = Math.min(size, 29);
  const control = type < 8 ? [(type << 5) | told] : [told, type - 7];
  return Buffer.concat([Buffer.from([...control, ...(size >= 29 ? [size - 29] : [])]), content]);
}

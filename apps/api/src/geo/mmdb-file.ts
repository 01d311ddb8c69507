import { readFile, stat } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { Reader } from 'mmdb-lib';
import { firstAddresses, recordReader } from './mmdb-tree.js';

/** Why a file cannot be used, in words that follow on its name. */
export class MmdbFault extends Error {}

/** The largest databases of countries or providers have a fifth of that. */
const BYTES_MAX = 512_000_000;
/** Those who verify keys in between wait a millisecond. */
const NODES_A_TURN = 20_000;
/** Of the entries, those that are looked at to see what the file is about. */
const ENTRIES_TRIED = 500;
const SEPARATOR_BYTES = 16;

/** A database of addresses in the format of MaxMind (https://maxmind.github.io/MaxMind-DB/), as it was when it was read. */
export class MmdbFile {
  private constructor(
    private readonly reader: Reader<object>,
    /** Tells the file from one that takes its place. */
    readonly version: string,
  ) {}

  /**
   * @param tells whether an entry says what is looked for.
   * @throws MmdbFault for what is not there, not whole, or about something else.
   */
  static async read(path: string, tells: (entry: object) => boolean): Promise<MmdbFile> {
    const { version, bytes } = await contentOf(path);
    const reader = await readerOf(bytes);
    const file = new MmdbFile(reader, version);
    const tried = firstAddresses(recordReader(bytes, reader.metadata), reader.metadata, ENTRIES_TRIED);
    const isAboutIt = tried.some((address) => {
      const entry = file.find(address);
      return entry !== null && tells(entry);
    });
    if (!isAboutIt) throw new MmdbFault(`is about something else: it calls itself “${reader.metadata.databaseType}”`);
    return file;
  }

  /** The day it was made on, in UTC. */
  get madeOn(): string {
    return this.reader.metadata.buildEpoch.toISOString().slice(0, 10);
  }

  /**
   * The entry of the network that the address is in; null when there is none, or none that can be read.
   * @param address plain: IPv4-mapped IPv6 as IPv4.
   */
  find(address: string): object | null {
    // The reader would take the first bits of the one for those of the other.
    if (this.reader.metadata.ipVersion === 4 && address.includes(':')) return null;
    try {
      const entry: unknown = this.reader.get(address);
      return typeof entry === 'object' ? entry : null;
    } catch {
      return null;
    }
  }
}

/** @throws MmdbFault */
export async function versionOf(path: string): Promise<string> {
  const found = await stat(path).catch(refuse);
  if (found.isDirectory()) throw new MmdbFault('is a folder');
  if (found.size > BYTES_MAX) throw new MmdbFault(`is larger than ${BYTES_MAX / 1e6} MB`);
  return `${found.ino} ${found.size} ${found.mtimeMs}`;
}

async function contentOf(path: string): Promise<{ version: string; bytes: Buffer }> {
  const version = await versionOf(path);
  return { version, bytes: await readFile(path).catch(refuse) };
}

function refuse({ code }: NodeJS.ErrnoException): never {
  throw new MmdbFault(code === 'ENOENT' ? 'is not there' : `cannot be read (${code ?? 'nobody knows why'})`);
}

/** What the library makes of the bytes, once every record of the tree is known to lead somewhere within them. */
async function readerOf(bytes: Buffer): Promise<Reader<object>> {
  try {
    const reader = new Reader<object>(bytes);
    if (await isWhole(bytes, reader)) return reader;
  } catch {
    // Whatever it stumbled over: it takes the header on trust.
  }
  throw new MmdbFault('is no MMDB file, or not a whole one');
}

async function isWhole(bytes: Buffer, { metadata }: Reader<object>): Promise<boolean> {
  const { nodeCount, searchTreeSize, buildEpoch } = metadata;
  const recordAt = recordReader(bytes, metadata);
  for (let node = 0; node < nodeCount; node++) {
    if (node > 0 && node % NODES_A_TURN === 0) await turn();
    for (const side of [0, 1] as const) {
      const record = recordAt(node, side);
      const place = record - nodeCount + searchTreeSize;
      if (record > nodeCount && (place < searchTreeSize + SEPARATOR_BYTES || place >= bytes.length)) return false;
    }
  }
  return nodeCount > 0 && !Number.isNaN(buildEpoch.getTime());
}

import type { DataSource } from 'typeorm';
import {
  type LoggedEntry,
  type LogReport,
  LogVerifier,
  type NoteVerifier,
  type PlacedEntry,
  type SignedRanges,
  type SizedNote,
  TILE_WIDTH,
  type TileAddress,
  upperTilesAt,
} from '#domain';
import { nameOf } from '../log-tree/tree-reader.js';
import { type LogStretch, readRest, readStretch } from './log-stretch.js';

const TILES_A_READ = 16;

/** The first line of an archive. */
interface Head {
  readonly log: 1;
  readonly size: number;
  readonly verifier: string;
}

/** Before the entries of each tile. Hashes are in base64. */
interface PieceLine {
  readonly piece: number;
  readonly hashes: string | null;
  readonly upper: readonly (TileAddress & { readonly hashes: string | null })[];
  readonly checkpoints: readonly SizedNote[];
  readonly retirements: readonly SignedRanges[];
}

interface EntryLine {
  readonly leaf: number;
  readonly salt: string | null;
  readonly commitment: string | null;
  readonly entry: LoggedEntry;
}

/** The last line. */
interface Tail {
  readonly end: { readonly frontier: string; readonly strays: readonly { id: string }[] };
}

/**
 * The whole log, with all that is needed to verify it elsewhere: a line of JSON for each entry, in the order of their
 * places, and one before each 256 of them with what the tree has there.
 */
export async function* archive(dataSource: DataSource, verifier: NoteVerifier): AsyncGenerator<string> {
  const [tree] = await dataSource.query<{ size: number; frontier: Buffer }[]>(
    'SELECT size::float8 AS size, frontier FROM audit_tree',
  );
  const { size, frontier } = tree ?? { size: 0, frontier: Buffer.alloc(0) };
  yield line({ log: 1, size, verifier: verifier.text } satisfies Head);
  for (let from = 0; from < size; from += TILES_A_READ * TILE_WIDTH) {
    const to = Math.min(from + TILES_A_READ * TILE_WIDTH, size);
    yield* pieces(await readStretch(dataSource, from, to, size), size);
  }
  const { strays } = await readRest(dataSource, size);
  yield line({ end: { frontier: frontier.toString('base64'), strays } } satisfies Tail);
}

/**
 * Verifies an archive, whoever kept it.
 * @param outside checkpoints that were kept elsewhere: without one nobody knows whether the end was cut off.
 * @throws Error that names the line, for what is no archive.
 */
export async function verifyArchive(
  lines: AsyncIterable<string>,
  verifier: NoteVerifier,
  outside: readonly SizedNote[],
): Promise<LogReport> {
  let reader: ArchiveReader | null = null;
  let number = 0;
  for await (const text of lines) {
    number += 1;
    const read = parsed(text, number);
    if (reader === null) {
      if (!('log' in read)) throw new Error('Line 1 is not the first line of an export of the log');
      reader = new ArchiveReader(read.size, verifier, outside);
    } else if ('piece' in read) reader.begin(read);
    else if ('leaf' in read) reader.add(read);
    else if ('end' in read) reader.end = read;
    else throw new Error(`Line ${number} is not a line of an export of the log`);
  }
  if (reader === null) throw new Error('There is nothing in it');
  return reader.finish();
}

/** Feeds the verifier, and whatever is not there as missing. */
class ArchiveReader {
  end: Tail | null = null;
  readonly #verifier: LogVerifier;
  #piece: PieceLine | null = null;
  #entries: PlacedEntry[] = [];

  constructor(
    private readonly size: number,
    verifier: NoteVerifier,
    private readonly outside: readonly SizedNote[],
  ) {
    this.#verifier = new LogVerifier(size, verifier);
  }

  begin(piece: PieceLine): void {
    this.#flush();
    this.#piece = piece;
  }

  add({ leaf, salt, commitment, entry }: EntryLine): void {
    this.#entries.push({ leaf, entry, salt: bytes(salt), commitment: bytes(commitment) });
  }

  finish(): LogReport {
    this.#flush();
    while (this.#verifier.position < this.size) this.#feed(null, []);
    for (const stray of this.end?.end.strays ?? []) this.#verifier.stray(stray);
    for (const note of this.outside.filter(({ size }) => size > this.size)) this.#verifier.beyond(note);
    return this.#verifier.finish(bytes(this.end?.end.frontier ?? null) ?? Buffer.alloc(0));
  }

  #flush(): void {
    const [piece, entries] = [this.#piece, this.#entries];
    [this.#piece, this.#entries] = [null, []];
    if (piece === null && entries.length === 0) return;
    while (piece !== null && this.#verifier.position < Math.min(piece.piece, this.size)) this.#feed(null, []);
    this.#feed(piece, entries);
  }

  #feed(piece: PieceLine | null, entries: readonly PlacedEntry[]): void {
    const start = this.#verifier.position;
    const end = Math.min(start + TILE_WIDTH, this.size);
    const isHere = ({ leaf }: PlacedEntry) => leaf >= start && leaf < end;
    for (const stray of entries.filter((entry) => !isHere(entry))) this.#verifier.stray(stray.entry);
    if (start >= this.size) return;
    const isWithin = (note: SizedNote) => note.size > start && note.size <= end;
    const known = (piece?.checkpoints ?? []).filter(isWithin);
    const others = this.outside.filter((note) => isWithin(note) && !known.some((each) => each.note === note.note));
    for (const tile of upperTilesAt(start, this.size)) {
      const kept = piece?.upper.find(({ level, index }) => level === tile.level && index === tile.index);
      this.#verifier.upper(tile, bytes(kept?.hashes ?? null));
    }
    this.#verifier.piece({
      hashes: bytes(piece?.hashes ?? null),
      entries: entries.filter(isHere).sort((a, b) => a.leaf - b.leaf),
      checkpoints: [...known, ...others].sort((a, b) => a.size - b.size),
      retirements: piece?.retirements ?? [],
    });
  }
}

function* pieces({ from, to, entries, tiles, checkpoints, retirements }: LogStretch, size: number): Generator<string> {
  for (let start = from; start < to; start += TILE_WIDTH) {
    const end = Math.min(start + TILE_WIDTH, to);
    const hashesOf = (tile: TileAddress) => tiles.get(nameOf(tile))?.toString('base64') ?? null;
    yield line({
      piece: start,
      hashes: hashesOf({ level: 0, index: start / TILE_WIDTH }),
      upper: upperTilesAt(start, size).map((tile) => ({ ...tile, hashes: hashesOf(tile) })),
      checkpoints: checkpoints.filter((each) => each.size > start && each.size <= end),
      retirements,
    } satisfies PieceLine);
    for (const { leaf, salt, commitment, entry } of entries.filter((each) => each.leaf >= start && each.leaf < end)) {
      yield line({
        leaf,
        salt: salt?.toString('base64') ?? null,
        commitment: commitment?.toString('base64') ?? null,
        entry,
      } satisfies EntryLine);
    }
  }
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

function parsed(text: string, number: number): Head | PieceLine | EntryLine | Tail {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Head | PieceLine | EntryLine | Tail;
  } catch {
    // Said below.
  }
  throw new Error(`Line ${number} is not JSON: it was cut off or changed`);
}

function bytes(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text, 'base64');
}

import { setImmediate as turn } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import {
  claimedCheckpoint,
  HASH_BYTES,
  type LogReport,
  LogVerifier,
  type NoteVerifier,
  type SizedNote,
  TILE_WIDTH,
  upperTilesAt,
} from '#domain';
import type { CheckpointFolder } from '../log-tree/checkpoint-folder.js';
import { nameOf } from '../log-tree/tree-reader.js';
import { type LogStretch, readRest, readStretch } from './log-stretch.js';

/** Tiles that are read at once: four thousand entries. */
const TILES_A_READ = 16;

/** Told after each read how many places were read, and how many there are. */
export type Progress = (done: number, size: number) => void;

/**
 * Reads the whole log out of the database and verifies it, while it goes on: up to the size that the tree has at the start.
 * What is read at once is read from one snapshot, so that entries which leave or lose a person meanwhile alarm nobody.
 */
export class LogVerification {
  constructor(
    private readonly dataSource: DataSource,
    private readonly verifier: NoteVerifier,
    private readonly folder: Pick<CheckpointFolder, 'lastNotes'>,
  ) {}

  /** @param others checkpoints that somebody has kept elsewhere. */
  async run(onProgress: Progress = () => undefined, others: readonly SizedNote[] = []): Promise<LogReport> {
    // First what is known outside, then the tree: the tree is never behind.
    const outside = [...this.folder.lastNotes().flatMap(sized), ...others];
    const [tree] = await this.dataSource.query<{ size: number; frontier: Buffer }[]>(
      'SELECT size::float8 AS size, frontier FROM audit_tree',
    );
    const { size, frontier } = tree ?? { size: 0, frontier: Buffer.alloc(0) };
    const verifier = new LogVerifier(size, this.verifier);
    for (let from = 0; from < size; from += TILES_A_READ * TILE_WIDTH) {
      const to = Math.min(from + TILES_A_READ * TILE_WIDTH, size);
      const stretch = await readStretch(this.dataSource, from, to, size);
      const known = outside.filter((each) => each.size > from && each.size <= to);
      await feed(verifier, { ...stretch, checkpoints: inOrder(stretch.checkpoints, known) }, size);
      onProgress(to, size);
    }
    const { strays, beyond } = await readRest(this.dataSource, size);
    for (const stray of strays) verifier.stray(stray);
    const unknown = outside.filter((each) => each.size > size);
    for (const note of inOrder(beyond, unknown)) verifier.beyond(note);
    return verifier.finish(frontier);
  }
}

/** Piece by piece, with a turn of the event loop for others in between. */
async function feed(verifier: LogVerifier, stretch: LogStretch, size: number): Promise<void> {
  const { from, to, entries, tiles, checkpoints, retirements } = stretch;
  for (let start = from; start < to; start += TILE_WIDTH) {
    const end = Math.min(start + TILE_WIDTH, to);
    for (const tile of upperTilesAt(start, size)) verifier.upper(tile, tiles.get(nameOf(tile)) ?? null);
    const hashes = tiles.get(nameOf({ level: 0, index: start / TILE_WIDTH })) ?? null;
    verifier.piece({
      hashes: hashes && hashes.subarray(0, (end - start) * HASH_BYTES),
      entries: entries.filter(({ leaf }) => leaf >= start && leaf < end),
      checkpoints: checkpoints.filter((each) => each.size > start && each.size <= end),
      retirements,
    });
    await turn();
  }
}

function inOrder(notes: readonly SizedNote[], others: readonly SizedNote[]): SizedNote[] {
  const known = new Set(notes.map(({ note }) => note));
  return [...notes, ...others.filter(({ note }) => !known.has(note))].sort((a, b) => a.size - b.size);
}

/** What a note says of its size, before anybody believes it. */
function sized(note: string): SizedNote[] {
  const checkpoint = claimedCheckpoint(note);
  return checkpoint === undefined ? [] : [{ size: checkpoint.size, note }];
}

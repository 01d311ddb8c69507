import { mkdir, open, readdir, rm, stat, truncate, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SpooledEvents } from './spooled-events.js';
import { decodeLines, LINE_BYTES_MAX, type SpoolLines } from './spool-line.js';

export interface SpoolBatch extends SpoolLines {
  /** The position after the batch. Equal to the one asked for when there is nothing more to read. */
  readonly next: number;
}

/** How much is read at once: some 12,000 events. A line that does not fit is no line of ours. */
export const READ_BYTES = 1 << 22;

/**
 * The files of one spool. A position is a byte's distance from the first byte ever written to the spool; a segment is
 * named by the position it starts at, so that dropping old ones moves nothing.
 */
export class SpoolFolder {
  constructor(readonly path: string) {}

  /** Names the spool wherever its position is kept. */
  get id(): string {
    return basename(this.path);
  }

  segment(start: number): string {
    return join(this.path, `${String(start).padStart(16, '0')}${SEGMENT}`);
  }

  create(): Promise<unknown> {
    return mkdir(this.path, { recursive: true, mode: 0o700 });
  }

  /** Where each segment starts, in order. */
  async starts(): Promise<number[]> {
    const names = await readdir(this.path);
    return names
      .filter((name) => name.endsWith(SEGMENT))
      .map(Number.parseFloat)
      .sort((a, b) => a - b);
  }

  /** The position after the last byte. Only of a spool that nobody writes to any more. */
  async end(): Promise<number> {
    const last = (await this.starts()).at(-1);
    return last === undefined ? 0 : last + (await stat(this.segment(last))).size;
  }

  /**
   * Reads events from `position` on, at most `countMax`, of whole lines of one segment, and nothing at or after `end`. The
   * position after the batch is within a line when that has more than `countMax` of them.
   * @param room READ_BYTES of memory that nobody else uses as long as the events are.
   */
  async read(
    position: number,
    end: number,
    countMax: number,
    room: Buffer = Buffer.allocUnsafe(READ_BYTES),
  ): Promise<SpoolBatch> {
    const starts = await this.starts();
    const at = Math.max(
      starts.findLastIndex((start) => start <= position),
      0,
    );
    const start = starts[at];
    // Before the first segment: that part was stored, in a database that has since been replaced, and dropped.
    const from = Math.max(position, start ?? 0);
    const segmentEnd = starts[at + 1] ?? end;
    if (start === undefined || from >= segmentEnd)
      return { events: SpooledEvents.none, bytes: 0, damaged: 0, next: position };

    const line = start + (await this.#startOfLine(start, from - start));
    const bytes = await this.#bytes(start, line - start, Math.min(segmentEnd - line, READ_BYTES), room);
    // The disk lost the end of a segment, as it may when the power fails.
    if (bytes.length === 0) return { events: SpooledEvents.none, bytes: 0, damaged: 1, next: segmentEnd };
    const isLast = line + bytes.length === segmentEnd || !bytes.includes('\n');
    const lines = await decodeLines(bytes, countMax, isLast, from - line);
    return { ...lines, next: line + lines.bytes };
  }

  /** How much lies on the disk. */
  async bytes(): Promise<number> {
    return (await this.end()) - ((await this.starts())[0] ?? 0);
  }

  /** Deletes the segments that end at or before `position`, except the last: its name keeps the position. */
  async dropBefore(position: number): Promise<void> {
    const starts = await this.starts();
    for (const [at, start] of starts.slice(0, -1).entries()) {
      if ((starts[at + 1] ?? Infinity) <= position) await unlink(this.segment(start));
    }
  }

  /** Resolves when a segment would survive a power cut. */
  async sync(start: number): Promise<void> {
    const file = await open(this.segment(start));
    await file.datasync().finally(() => file.close());
  }

  /** Drops everything but the last segment's name, by which the folder is still found to be a spool. */
  async empty(): Promise<void> {
    await this.dropBefore(Infinity);
    for (const start of await this.starts()) await truncate(this.segment(start));
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }

  /** Where the line starts that has this place of a segment. It is the place itself but after events read one by one. */
  async #startOfLine(segment: number, place: number): Promise<number> {
    for (const size of [1, LINE_BYTES_MAX]) {
      const from = Math.max(place - size, 0);
      const newline = (await this.#bytes(segment, from, place - from, Buffer.alloc(place - from))).lastIndexOf('\n');
      if (newline !== -1 || from === 0) return from + newline + 1;
    }
    return place;
  }

  async #bytes(start: number, offset: number, length: number, room: Buffer): Promise<Buffer> {
    const file = await open(this.segment(start));
    try {
      const { bytesRead, buffer } = await file.read(room, 0, length, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }
}

const SEGMENT = '.spool';

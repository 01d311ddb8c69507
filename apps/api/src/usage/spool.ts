import { randomBytes, randomUUID } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DirectoryLock } from '../database/embedded/directory-lock.js';
import { eventId } from './event-id.js';
import { SpoolFolder } from './spool-folder.js';
import { encodeLines, roomFor } from './spool-line.js';
import type { UsageEvent } from './usage-event.js';
import { usageJson } from './usage-json.js';

/** Why a spool did not take what it was given. */
export type SpoolFault = 'full' | 'write_failed';

export interface SpoolLimits {
  /** What may lie on the disk, those of dead processes included, before events are refused. */
  readonly bytesMax: number;
  /** A segment is closed once it is as large; what is stored in the database is deleted by whole segments. */
  readonly segmentBytes?: number;
}

const SEGMENT_BYTES = 8 << 20;
const TURN_BYTES = 1 << 18;

/**
 * The events of this process that are not yet in the database.
 *
 * Every process writes a spool of its own, in a folder of its own, under a new id at each start. What an earlier
 * process left is finished by whoever finds its lock dead. So positions never have to be reconciled after a crash, and
 * processes sharing a DATA_DIR never meet.
 *
 * `append` returns when the operating system has the bytes: they outlive the process whatever kills it. They outlive
 * the machine once `sync` has returned.
 */
export class Spool {
  readonly folder: SpoolFolder;
  /** Bytes left by earlier processes: they count towards the limit. */
  inheritedBytes = 0;
  readonly #lock: DirectoryLock;
  readonly #limits: Required<SpoolLimits>;
  readonly #mark = randomBytes(5).toString('hex').slice(1);
  readonly #turn = Buffer.allocUnsafeSlow(TURN_BYTES);
  #sequence = 0;
  #segment: number;
  /** Where the full segments start that nobody has synced yet. */
  #unsynced: number[] = [];
  #segmentStart = 0;
  #end = 0;
  #stored = 0;
  #isTorn = false;
  #isLost = false;

  private constructor(folder: SpoolFolder, lock: DirectoryLock, limits: SpoolLimits) {
    this.folder = folder;
    this.#lock = lock;
    this.#limits = { segmentBytes: SEGMENT_BYTES, ...limits };
    this.#segment = openSync(folder.segment(0), 'ax', 0o600);
  }

  /** Starts a new spool in `root`. `onLost` is told when another machine took it over while this one was frozen. */
  static async create(root: string, limits: SpoolLimits, onLost: (error: Error) => void): Promise<Spool> {
    const folder = new SpoolFolder(join(root, randomUUID()));
    await folder.create();
    let lose: (error: Error) => void = onLost;
    const lock = await DirectoryLock.acquire(folder.path, (error) => {
      lose(error);
    });
    const spool = new Spool(folder, lock, limits);
    lose = (error) => {
      spool.#isLost = true;
      onLost(error);
    };
    return spool;
  }

  /** The position after the last byte written. */
  get end(): number {
    return this.#end;
  }

  /** Whether everything written is in the database. */
  get isStored(): boolean {
    return this.#stored === this.#end;
  }

  /** Bytes that are not in the database yet. */
  get pendingBytes(): number {
    return this.#end - this.#stored + this.inheritedBytes;
  }

  /** The event as `append` takes it, with an id of its own. */
  encode(event: UsageEvent): string {
    this.#sequence += 1;
    return usageJson(eventId(event.at, this.#sequence, this.#mark), event);
  }

  /** Writes events, all or none of them. */
  append(events: readonly string[]): SpoolFault | null {
    const bytes = this.#encoded(events);
    if (this.pendingBytes + bytes.length > this.#limits.bytesMax) return 'full';
    if (this.#isLost) return 'write_failed';
    try {
      if (this.#end - this.#segmentStart >= this.#limits.segmentBytes) this.#startSegment();
      if (this.#isTorn) this.#trim();
      for (let written = 0; written < bytes.length;) written += writeSync(this.#segment, bytes, written);
    } catch {
      this.#isTorn = true;
      return 'write_failed';
    }
    this.#end += bytes.length;
    return null;
  }

  /** Of use until the next call. What a turn writes fits into what was set aside once, but for the odd huge one. */
  #encoded(events: readonly string[]): Buffer {
    const room = roomFor(events);
    const target = room > TURN_BYTES ? Buffer.allocUnsafe(room) : this.#turn;
    return target.subarray(0, encodeLines(events, target));
  }

  /** What is before `position` is in the database and need not be kept. */
  async forget(position: number): Promise<void> {
    this.#stored = position;
    this.#unsynced = this.#unsynced.filter((start) => start >= position);
    await this.folder.dropBefore(position);
  }

  /**
   * Goes on in a new file, so that the one before leaves as soon as it is stored, however little is in it: it says who used
   * a key, and from where.
   */
  async turn(): Promise<void> {
    if (this.#end > this.#segmentStart && !this.#isLost) this.#startSegment();
    await this.forget(this.#stored);
  }

  /** Resolves when everything written before the call would survive a power cut. What failed is for the next call too. */
  async sync(): Promise<void> {
    const full = this.#unsynced.splice(0);
    const last = this.#segmentStart;
    try {
      for (; full[0] !== undefined; full.shift()) await this.folder.sync(full[0]);
      await this.folder.sync(last);
    } catch (error) {
      this.#unsynced.unshift(...full.filter((start) => start >= this.#stored));
      throw error;
    }
  }

  /** Ends the writing. What is not stored then is for the next process. */
  close(): void {
    closeSync(this.#segment);
    this.#lock.release();
  }

  /** Takes back what a failed write left behind. Until that succeeds nothing more is written. */
  #trim(): void {
    ftruncateSync(this.#segment, this.#end - this.#segmentStart);
    this.#isTorn = false;
  }

  #startSegment(): void {
    const segment = openSync(this.folder.segment(this.#end), 'ax', 0o600);
    closeSync(this.#segment);
    this.#unsynced.push(this.#segmentStart);
    this.#segment = segment;
    this.#segmentStart = this.#end;
    this.#isTorn = false;
  }
}

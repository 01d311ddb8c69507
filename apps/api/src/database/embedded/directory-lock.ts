import { randomUUID } from 'node:crypto';
import { closeSync, linkSync, openSync, readFileSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { StartRefusal } from '../../config/start-refusal.js';
import { hasCode, isAlive, type LockOwner, thisProcess } from './lock-owner.js';

const HEARTBEAT_MS = 2_000;
const SILENCE_MS = 10_000;
const ATTEMPTS = 3;

/**
 * One process a data folder. PGlite has no guard of its own: two processes silently overwrite each other's rows.
 *
 * The lock of an owner that died is taken over: at once when it died on this machine; after ten seconds without a
 * heartbeat when it lived elsewhere, on another machine or in another container that shares the volume.
 */
export class DirectoryLock {
  readonly #file: string;
  readonly #owner: LockOwner;
  /** Open for as long as the lock is held: a beat reaches our own file even when the name leads to another's by now. */
  readonly #descriptor: number;
  readonly #heartbeat: NodeJS.Timeout;

  private constructor(file: string, owner: LockOwner, descriptor: number, onLost: (error: Error) => void) {
    this.#file = file;
    this.#owner = owner;
    this.#descriptor = descriptor;
    this.#heartbeat = setInterval(() => {
      this.#beat(onLost);
    }, HEARTBEAT_MS).unref();
  }

  /**
   * @param onLost called once if another process took the folder while this one was frozen: stop writing at once.
   * @param wait resolves after so many milliseconds.
   * @throws StartRefusal naming the owner when the folder is in use.
   */
  static async acquire(
    directory: string,
    onLost: (error: Error) => void,
    wait: (ms: number) => Promise<unknown> = setTimeout,
  ): Promise<DirectoryLock> {
    const file = join(directory, 'lock');
    const owner = thisProcess(randomUUID());
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const descriptor = create(file, owner);
      if (descriptor !== null) return new DirectoryLock(file, owner, descriptor, onLost);
      const found = read(file);
      if (found !== null && !(await isDead(found, file, wait))) {
        throw new StartRefusal(
          `DATA_DIR is in use by process ${found.pid} on ${found.host}, and one process holds the folder. ` +
            'Stop that one first, or set DATA_DIR to another folder.',
        );
      }
      bury(file, found?.nonce);
    }
    throw new StartRefusal('DATA_DIR is being taken by several processes at once. Start one of them alone.');
  }

  release(): void {
    clearInterval(this.#heartbeat);
    closeSync(this.#descriptor);
    if (this.#isOurs()) unlinkSync(this.#file);
  }

  #beat(onLost: (error: Error) => void): void {
    try {
      if (this.#isOurs()) {
        writeOwner(this.#descriptor, this.#owner);
        return;
      }
    } catch {
      // No descriptor to be had, or a full disk: a beat is missed, and the lock is not.
      return;
    }
    clearInterval(this.#heartbeat);
    onLost(new Error(`Another process has taken the data folder: ${this.#file} is no longer ours`));
  }

  #isOurs(): boolean {
    return read(this.#file)?.nonce === this.#owner.nonce;
  }
}

/** Returns the open lock file, or null when there is one already. */
function create(file: string, owner: LockOwner): number | null {
  // Written beside and linked into place, so that nobody ever reads half an owner.
  const draft = `${file}.${owner.nonce}`;
  const descriptor = openSync(draft, 'wx', 0o600);
  try {
    writeOwner(descriptor, owner);
    linkSync(draft, file);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    if (hasCode(error, 'EEXIST')) return null;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

/** The kernel's time of this write is the heartbeat. */
function writeOwner(descriptor: number, owner: LockOwner): void {
  writeSync(descriptor, JSON.stringify(owner), 0);
}

/** Null when there is no lock, or one that names nobody, as a power cut may leave it. */
function read(file: string): LockOwner | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as LockOwner;
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

async function isDead(owner: LockOwner, file: string, wait: (ms: number) => Promise<unknown>): Promise<boolean> {
  const alive = isAlive(owner);
  if (alive !== undefined) return !alive;
  // Beats are compared with each other and never with our own clock, which may differ from the owner's.
  const heard = lastBeat(file);
  for (let silentMs = 0; silentMs < SILENCE_MS; silentMs += HEARTBEAT_MS) {
    await wait(HEARTBEAT_MS);
    if (lastBeat(file) !== heard) return false;
  }
  return true;
}

function lastBeat(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

/** Removes a dead owner's lock, and nobody else's: a rival may have put its own there a moment ago. */
function bury(file: string, nonce: string | undefined): void {
  const grave = `${file}.${randomUUID()}`;
  try {
    renameSync(file, grave);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  try {
    if (read(grave)?.nonce !== nonce) linkSync(grave, file);
  } finally {
    unlinkSync(grave);
  }
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Checkpoints outside of the database: one file a day in UTC, each note between empty lines. Of a day that is over
 * the last note stays, which vouches for all before it. Whoever puts an old copy of the database in place does not reach
 * them, unless it is the folder of the embedded database itself that was replaced.
 */
export class CheckpointFolder {
  constructor(readonly path: string) {}

  static in(dataDir: string): CheckpointFolder {
    return new CheckpointFolder(join(dataDir, 'checkpoints'));
  }

  /** Resolves when the note would survive a power cut. */
  async append(note: string, now: number): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    const name = `${new Date(now).toISOString().slice(0, 10)}${ENDING}`;
    const isNewDay = !existsSync(join(this.path, name));
    const file = await open(join(this.path, name), 'a', 0o600);
    try {
      // It begins a line of its own, whatever a crash has left of the note before.
      await file.appendFile(`\n${note}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
    if (isNewDay) await this.#thinOut(name);
  }

  /** Everything in the folder that reads like a note, oldest first. A note that a crash cut off is none. */
  notes(): string[] {
    return this.#names().flatMap((name) => notesIn(readFileSync(join(this.path, name), 'utf8')));
  }

  /** The last note of each day, which vouches for all before it. */
  lastNotes(): string[] {
    return this.#names().flatMap((name) => notesIn(readFileSync(join(this.path, name), 'utf8')).slice(-1));
  }

  /** Puts the folder aside, for an operator to look at: what follows does not go on from it. */
  async setAside(now: number): Promise<string | null> {
    if (this.#names().length === 0) return null;
    const aside = `${this.path}-${new Date(now).toISOString().replace(/[:.]/g, '')}`;
    await rename(this.path, aside);
    return aside;
  }

  async #thinOut(today: string): Promise<void> {
    for (const name of this.#names().filter((other) => other < today)) {
      const path = join(this.path, name);
      const notes = notesIn(await readFile(path, 'utf8'));
      const last = notes.at(-1);
      if (last === undefined || notes.length === 1) continue;
      await writeFile(`${path}.new`, `${last}\n`, { mode: 0o600, flush: true });
      await rename(`${path}.new`, path);
    }
  }

  #names(): string[] {
    if (!existsSync(this.path)) return [];
    return readdirSync(this.path)
      .filter((name) => name.endsWith(ENDING))
      .sort();
  }
}

const ENDING = '.checkpoints';

/** Origin, size, root, an empty line and the signatures. None of ours has more lines: what has is cut off by a crash. */
const NOTE = /^[^\n]+\n\d+\n[^\n]+\n\n(?:— [^\n]+\n)+(?=\n)/gm;

function notesIn(text: string): string[] {
  return text.match(NOTE) ?? [];
}

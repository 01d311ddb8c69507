import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noteSigner, signCheckpoint } from '#domain';
import { CheckpointFolder } from './checkpoint-folder.js';

const NOW = Date.UTC(2026, 10, 22, 12);

const signer = noteSigner('akm/a', Buffer.alloc(32, 1));
const noteOf = (size: number) => signCheckpoint(size, Buffer.alloc(32, size), signer);

let dataDir: string;
let folder: CheckpointFolder;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'akm-unit-'));
  folder = CheckpointFolder.in(dataDir);
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

describe('the checkpoints in DATA_DIR', () => {
  it('are read as they were put there', async () => {
    for (const size of [1, 2, 3]) await folder.append(noteOf(size), NOW);
    expect(folder.notes()).toEqual([1, 2, 3].map(noteOf));
  });

  it('lose no note to the one before that a crash has cut off, wherever it was cut', async () => {
    const whole = `\n${noteOf(2)}\n`;
    for (let length = 0; length < whole.length; length += 1) {
      const day = NOW + length * 86_400_000;
      await folder.append(noteOf(1), day);
      appendFileSync(join(folder.path, readdirSync(folder.path).sort().at(-1) ?? ''), whole.slice(0, length));
      await folder.append(noteOf(3), day);
      const notes = folder.notes();
      expect(notes.at(-1)).toBe(noteOf(3));
      expect(notes).toContain(noteOf(1));
      rmSync(folder.path, { recursive: true });
    }
  });
});

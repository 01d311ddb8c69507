import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openDataSource } from '../../../apps/api/src/database/data-source.js';
import { SILENT } from '../../support/test-database.js';

jest.setTimeout(120_000);

describe('the embedded database of a process that dies', () => {
  let folder: string;
  let data: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'akm-crash-'));
    data = join(folder, 'data');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const write = (firstId: number, flag?: string) =>
    spawn(
      process.execPath,
      [
        ...(flag === undefined ? [] : ['--import', join(import.meta.dirname, 'failing-disk.mjs')]),
        join(import.meta.dirname, 'writer.mjs'),
        data,
        String(firstId),
        ...(flag === undefined ? [] : [flag]),
      ],
      { env: { ...process.env, FAIL_WHEN: flag ?? '' }, stdio: ['ignore', 'pipe', 'pipe'] },
    );

  /** Collects the ids a writer acknowledges, until it has ended. */
  async function acknowledged(writer: ChildProcess, until: (ids: number[]) => void): Promise<number[]> {
    const ids: number[] = [];
    const closed = once(writer, 'close');
    if (writer.stdout === null) throw new Error('The writer has no output');
    for await (const line of createInterface(writer.stdout)) {
      ids.push(Number(line));
      until(ids);
    }
    await closed;
    return ids;
  }

  async function stored(): Promise<number[]> {
    const dataSource = await openDataSource({ url: null, dataDir: data, log: SILENT });
    try {
      const rows = await dataSource.query<{ id: number }[]>('SELECT id FROM marks ORDER BY id');
      return rows.map(({ id }) => id);
    } finally {
      await dataSource.destroy();
    }
  }

  it('has every acknowledged row after kill -9, three times over, and at most the one in doubt besides', async () => {
    const all: number[] = [];
    for (const rows of [1, 40, 150]) {
      const writer = write(all.length);
      const ids = await acknowledged(writer, (seen) => {
        if (seen.length >= rows) writer.kill('SIGKILL');
      });
      expect(ids.length).toBeGreaterThanOrEqual(rows);
      all.push(...ids);
      const found = await stored();
      expect(found.slice(0, all.length)).toEqual(all);
      expect(found.length - all.length).toBeLessThanOrEqual(1);
      all.splice(0, all.length, ...found);
    }
  });

  it('is closed to a second process while the first lives', async () => {
    const writer = write(0);
    let second: Promise<unknown> | undefined;
    await acknowledged(writer, () => {
      second ??= stored()
        .catch((error: unknown) => String(error))
        .finally(() => writer.kill('SIGKILL'));
    });
    expect(await second).toContain(`in use by process ${writer.pid ?? 0}`);
  });

  it('acknowledges nothing after a sync that failed, ends the process, and has the rest', async () => {
    const writer = write(0, join(folder, 'fail'));
    let complaint = '';
    writer.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    const ids = await acknowledged(writer, () => undefined);
    expect(ids).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(writer.exitCode).toBe(70);
    expect(complaint).toContain('A sync of the data folder failed');
    expect((await stored()).slice(0, ids.length)).toEqual(ids);
  });
});

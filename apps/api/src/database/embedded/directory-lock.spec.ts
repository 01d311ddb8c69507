import { spawnSync } from 'node:child_process';
import fs, { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../../../test/support/temporary-folder.js';
import { DirectoryLock } from './directory-lock.js';

const noWait = () => Promise.resolve();
const ignore = () => undefined;

describe('DirectoryLock', () => {
  const folder = temporaryFolder();
  const file = () => join(folder(), 'lock');

  /** A lock as another process would have left it, made from a real one. */
  async function leave(change: Record<string, unknown>): Promise<void> {
    const lock = await DirectoryLock.acquire(folder(), ignore);
    const owner = JSON.parse(readFileSync(file(), 'utf8')) as Record<string, unknown>;
    lock.release();
    writeFileSync(file(), JSON.stringify({ ...owner, nonce: 'theirs', ...change }));
  }

  it('refuses a folder in use and names who uses it', async () => {
    const lock = await DirectoryLock.acquire(folder(), ignore);
    await expect(DirectoryLock.acquire(folder(), ignore)).rejects.toThrow(`in use by process ${process.pid}`);
    lock.release();
  });

  it('gives the folder back and leaves nothing in it', async () => {
    (await DirectoryLock.acquire(folder(), ignore)).release();
    expect(readdirSync(folder())).toEqual([]);
    (await DirectoryLock.acquire(folder(), ignore)).release();
  });

  it('takes the folder of a process that died here at once', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await leave({ pid });
    (await DirectoryLock.acquire(folder(), ignore, () => Promise.reject(new Error('waited')))).release();
  });

  it('knows a process that died from a later one that was given its pid', async () => {
    await leave({ startedAt: '1' });
    (await DirectoryLock.acquire(folder(), ignore)).release();
  });

  it('takes a folder that was held elsewhere when no heartbeat is heard for ten seconds', async () => {
    await leave({ place: 'elsewhere' });
    let waitedMs = 0;
    const lock = await DirectoryLock.acquire(folder(), ignore, (ms) => {
      waitedMs += ms;
      return Promise.resolve();
    });
    expect(waitedMs).toBe(10_000);
    lock.release();
  });

  it('leaves a folder to an owner elsewhere whose heart beats', async () => {
    await leave({ place: 'elsewhere', host: 'other', pid: 7 });
    const acquired = DirectoryLock.acquire(folder(), ignore, () => {
      utimesSync(file(), 1, 1);
      return Promise.resolve();
    });
    await expect(acquired).rejects.toThrow('in use by process 7 on other');
  });

  it('takes over a lock that a power cut left empty', async () => {
    writeFileSync(file(), '');
    (await DirectoryLock.acquire(folder(), ignore, noWait)).release();
    expect(existsSync(file())).toBe(false);
  });

  it('misses a beat, and not the lock, when the file cannot be read', async () => {
    jest.useFakeTimers();
    const readFile = jest.spyOn(fs, 'readFileSync');
    try {
      const lost = jest.fn();
      const lock = await DirectoryLock.acquire(folder(), lost);
      readFile.mockClear().mockImplementation(() => {
        throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
      });
      jest.advanceTimersByTime(10_000);
      expect(readFile).toHaveBeenLastCalledWith(file(), 'utf8');
      readFile.mockRestore();
      expect(lost).not.toHaveBeenCalled();
      lock.release();
      expect(existsSync(file())).toBe(false);
    } finally {
      readFile.mockRestore();
      jest.useRealTimers();
    }
  });

  it('notices at a heartbeat that another process has taken the folder, and leaves that lock alone', async () => {
    jest.useFakeTimers();
    try {
      const lost = jest.fn();
      const lock = await DirectoryLock.acquire(folder(), lost);
      jest.advanceTimersByTime(10_000);
      expect(lost).not.toHaveBeenCalled();
      rmSync(file());
      writeFileSync(file(), JSON.stringify({ nonce: 'theirs' }));
      jest.advanceTimersByTime(10_000);
      expect(lost).toHaveBeenCalledTimes(1);
      lock.release();
      expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ nonce: 'theirs' });
    } finally {
      jest.useRealTimers();
    }
  });
});

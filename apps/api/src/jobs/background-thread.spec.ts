import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Logger } from '@nestjs/common';
import { repositoryRoot } from '../../../../test/support/server-process.js';
import { BackgroundThread } from './background-thread.js';
import type { Task } from './task.js';

const PROGRAM = pathToFileURL(join(repositoryRoot(), 'test/support/background-thread.mjs'));
const ADD: Task<[a: number, b: number], number> = { name: 'add' };
const FAIL: Task<[what: string], void> = { name: 'fail' };
const DIE: Task<[], void> = { name: 'die' };
/** Never answered. */
const WAIT: Task<[], void> = { name: 'wait' };

let thread: BackgroundThread;
beforeEach(() => {
  thread = new BackgroundThread(PROGRAM);
});
afterEach(() => thread.close());

it('answers each task with its own result', async () => {
  const sums = Array.from({ length: 20 }, (_, n) => thread.run(ADD, n, 1));
  expect(await Promise.all(sums)).toEqual(sums.map((_, n) => n + 1));
});

it('throws what a task threw, and does others', async () => {
  await expect(thread.run(FAIL, 'storing')).rejects.toThrow('storing failed');
  expect(await thread.run(ADD, 1, 2)).toBe(3);
});

it('fails what a thread that died was at, logs of what it died, and goes on in a new one', async () => {
  const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  const waiting = thread.run(WAIT);
  const dying = thread.run(DIE);
  await expect(waiting).rejects.toThrow('The background thread has ended');
  await expect(dying).rejects.toThrow('The background thread has ended');
  expect(logged).toHaveBeenCalledWith(expect.objectContaining({ message: 'it died' }));
  logged.mockRestore();
  expect(await thread.run(ADD, 1, 2)).toBe(3);
});

it('runs nothing once it is closed', async () => {
  await thread.run(ADD, 1, 2);
  await thread.close();
  await expect(thread.run(ADD, 1, 2)).rejects.toThrow('closed');
});

it('is closed also when the thread dies of being asked to end', async () => {
  const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  const dying = thread.run(DIE).catch(() => undefined);
  await expect(thread.close()).resolves.toBeUndefined();
  await dying;
  expect(logged).toHaveBeenCalledTimes(1);
  logged.mockRestore();
});

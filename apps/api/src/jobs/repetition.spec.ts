import { Logger } from '@nestjs/common';
import { Repetition } from './repetition.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

const PACE = { intervalMs: 500, intervalMsMax: 5000 };

describe('a repetition', () => {
  it('works at once and then at its interval, until it is stopped', async () => {
    const work = jest.fn(() => Promise.resolve());
    const repetition = new Repetition(work, PACE, () => undefined);
    repetition.start();
    await jest.advanceTimersByTimeAsync(1499);
    expect(work).toHaveBeenCalledTimes(3);
    await repetition.stop();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(work).toHaveBeenCalledTimes(3);
  });

  it('works less and less often while it fails, and as often as before once it succeeds', async () => {
    const at: number[] = [];
    let isBroken = true;
    const work = () => {
      at.push(performance.now());
      return isBroken ? Promise.reject(new Error('away')) : Promise.resolve();
    };
    const failures: number[] = [];
    const start = performance.now();
    const repetition = new Repetition(work, PACE, (_, inARow) => void failures.push(inARow));
    repetition.start();
    await jest.advanceTimersByTimeAsync(17_000);
    isBroken = false;
    await jest.advanceTimersByTimeAsync(6000);
    expect(at.slice(0, 9).map((ms) => ms - start)).toEqual([
      0, 1000, 3000, 7000, 12_000, 17_000, 22_000, 22_500, 23_000,
    ]);
    expect(failures).toEqual([1, 2, 3, 4, 5, 6]);
    await repetition.stop();
  });

  it.each<[string, () => Promise<void> | void]>([
    ['rejects', () => Promise.reject(new Error('EIO'))],
    [
      'throws',
      () => {
        throw new Error('EIO');
      },
    ],
  ])('goes on, and says so, when whoever is told of a failure %s', async (_, onFailure) => {
    const log = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const work = jest.fn(() => Promise.reject(new Error('away')));
    const repetition = new Repetition(work, PACE, onFailure);
    repetition.start();
    await jest.advanceTimersByTimeAsync(3000);
    expect(work).toHaveBeenCalledTimes(3);
    expect(log).toHaveBeenCalledTimes(3);
    await repetition.stop();
  });

  it('never runs twice at once, and is stopped when its last run has ended', async () => {
    let finish: () => void = () => undefined;
    const work = jest.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    const repetition = new Repetition(work, PACE, () => undefined);
    repetition.start();
    await jest.advanceTimersByTimeAsync(5000);
    expect(work).toHaveBeenCalledTimes(1);
    let isStopped = false;
    const stopping = repetition.stop().then(() => (isStopped = true));
    await jest.advanceTimersByTimeAsync(0);
    expect(isStopped).toBe(false);
    finish();
    await stopping;
    expect(jest.getTimerCount()).toBe(0);
  });
});

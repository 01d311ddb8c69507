import { Logger } from '@nestjs/common';
import { BackgroundWork } from './background-work.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

class Counting extends BackgroundWork {
  runs = 0;
  isBroken = false;

  constructor(isOn: boolean) {
    super({ room: 'Test', pace: { intervalMs: 500, intervalMsMax: 500 }, isOn, waiting: 'Numbers wait to be counted' });
  }

  protected override work(): Promise<void> {
    this.runs += 1;
    return this.isBroken ? Promise.reject(new Error('away')) : Promise.resolve();
  }
}

describe('background work', () => {
  it('goes on from when the application is up until it goes down', async () => {
    const counting = new Counting(true);
    counting.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(999);
    expect(counting.runs).toBe(2);
    await counting.onApplicationShutdown();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(counting.runs).toBe(2);
  });

  it('is left to whoever calls it where nothing is done by itself', async () => {
    const counting = new Counting(false);
    counting.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(counting.runs).toBe(0);
  });

  it('says once what waits while it fails, and goes on', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const counting = new Counting(true);
    counting.isBroken = true;
    counting.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(1_999);
    await counting.onApplicationShutdown();
    expect(counting.runs).toBe(4);
    expect(warn.mock.calls).toEqual([['Numbers wait to be counted: Error: away']]);
  });
});

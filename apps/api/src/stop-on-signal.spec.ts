import { EventEmitter } from 'node:events';
import { stopOnSignal } from './stop-on-signal.js';

describe('stopOnSignal', () => {
  const exit = jest.fn();
  const log = jest.fn();
  const error = jest.fn();
  let host: EventEmitter & { exit: typeof exit };
  let settle: { done: () => void; failed: (reason: Error) => void };

  beforeEach(() => {
    jest.useFakeTimers();
    for (const mock of [exit, log, error]) mock.mockReset();
    host = Object.assign(new EventEmitter(), { exit });
    const close = () => new Promise<void>((done, failed) => (settle = { done, failed }));
    stopOnSignal(host, close, { log, error });
  });
  afterEach(() => jest.useRealTimers());

  it.each(['SIGTERM', 'SIGINT'])('ends with 0 after %s, and not before everything is closed', async (signal) => {
    host.emit(signal);
    expect(log.mock.calls).toEqual([['Stopping', 'akm']]);
    await jest.advanceTimersByTimeAsync(9_999);
    expect(exit).not.toHaveBeenCalled();
    settle.done();
    await jest.advanceTimersByTimeAsync(0);
    expect(exit.mock.calls).toEqual([[0]]);
  });

  it('ends with 1 after ten seconds', () => {
    host.emit('SIGTERM');
    jest.advanceTimersByTime(10_000);
    expect(exit.mock.calls).toEqual([[1]]);
  });

  it('takes two signals at once for one, and a later one for impatience', () => {
    host.emit('SIGINT');
    host.emit('SIGINT');
    expect(exit).not.toHaveBeenCalled();
    jest.advanceTimersByTime(500);
    host.emit('SIGTERM');
    expect(exit.mock.calls).toEqual([[1]]);
    expect(log).toHaveBeenCalledTimes(1);
  });

  it('ends with 1 and says why when something cannot be closed', async () => {
    host.emit('SIGTERM');
    settle.failed(new Error('the disk is full'));
    await jest.advanceTimersByTimeAsync(0);
    expect(error).toHaveBeenCalledWith(new Error('the disk is full'), 'akm');
    expect(exit.mock.calls).toEqual([[1]]);
  });
});

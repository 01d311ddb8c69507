import { setImmediate } from 'node:timers';
import { Logger } from '@nestjs/common';
import { ManualClock } from '#domain';
import { temporaryFolder } from '../../../../test/support/temporary-folder.js';
import { usageEvent, WHOLE_ADDRESSES } from '../../../../test/support/usage.js';
import { Spool } from './spool.js';
import { UsageRecorder, type WhenFull } from './usage-recorder.js';

const root = temporaryFolder();
const clock = new ManualClock(0);
const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
let spool: Spool;

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
const start = async (bytesMax: number, whenFull: WhenFull = 'drop') => {
  spool = await Spool.create(root(), { bytesMax }, () => undefined);
  return new UsageRecorder(spool, whenFull, clock, WHOLE_ADDRESSES);
};

beforeEach(() => logged.mockClear());
afterEach(() => {
  spool.close();
});

describe('the recorder', () => {
  it('writes the events of one turn at once, and answers after the write', async () => {
    const recorder = await start(1_000_000);
    const order: string[] = [];
    const append = jest.spyOn(spool, 'append').mockImplementation(() => {
      order.push('written');
      return null;
    });
    for (const name of ['first', 'second']) {
      recorder.record(usageEvent());
      recorder.afterWrite(() => order.push(name));
    }
    expect(order).toEqual([]);
    await nextTurn();
    expect(order).toEqual(['written', 'first', 'second']);
    expect(append.mock.calls[0]?.[0]).toHaveLength(2);
    expect(append).toHaveBeenCalledTimes(1);
  });

  it('has the event on the disk when the answer may leave', async () => {
    const recorder = await start(1_000_000);
    recorder.record(usageEvent());
    expect(spool.end).toBe(0);
    await expect(recorder.written()).resolves.toBe(true);
    expect((await spool.folder.read(0, spool.end, 10)).events.count).toBe(1);
  });

  it('lets every other answer of the turn leave when one of them throws', async () => {
    const recorder = await start(1_000_000);
    recorder.afterWrite(() => {
      throw new Error('the connection is gone');
    });
    await expect(recorder.written()).resolves.toBe(true);
    expect(logged).toHaveBeenCalledTimes(1);
  });

  it('answers without a record when the spool is full, but counts it and says so', async () => {
    const recorder = await start(1);
    recorder.record(usageEvent());
    recorder.record(usageEvent());
    await expect(recorder.written()).resolves.toBe(true);
    expect(recorder.dropped).toBe(2);
    expect(logged).toHaveBeenCalledWith(
      'The usage spool is full: 2 verifications answered without a record since the last such line',
    );
  });

  it('has the verification refused when the spool is full and the setting says so', async () => {
    const recorder = await start(1, 'refuse');
    recorder.record(usageEvent());
    await expect(recorder.written()).resolves.toBe(false);
  });

  it('logs a loss that goes on every ten seconds, with what was lost meanwhile', async () => {
    const recorder = await start(1);
    for (let second = 0; second <= 10; second += 1) {
      recorder.record(usageEvent());
      await recorder.written();
      clock.advance(1000);
    }
    expect(logged).toHaveBeenCalledTimes(2);
    expect(logged).toHaveBeenLastCalledWith(expect.stringContaining(': 10 verifications'));
  });
});

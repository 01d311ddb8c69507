import type { Redis } from 'ioredis';
import type { Spend } from '#domain';
import { RedisBucketStore } from './redis-bucket-store.js';

const POLICY = { name: 'minute', capacity: 2, periodMs: 60_000 };
const REPLY = Buffer.alloc(4 * 8);

describe('RedisBucketStore', () => {
  let answer: (reply: Buffer) => void;
  let spent: Promise<Spend>;
  /** What the timer of the wait calls. */
  let tick: () => void;
  beforeEach(async () => {
    const reply = new Promise<Buffer>((resolve) => (answer = resolve));
    const redis = { defineCommand: () => undefined, spendBucketsBuffer: () => reply };
    jest.spyOn(performance, 'now').mockReturnValue(0);
    jest.spyOn(globalThis, 'setInterval').mockImplementation((call) => {
      tick = call;
      return undefined as unknown as NodeJS.Timeout;
    });
    spent = new RedisBucketStore(redis as unknown as Redis).spend('k', [POLICY], 1);
    await endOfTurn();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const endOfTurn = () => new Promise((resolve) => void setImmediate(resolve));

  /** Lets turns of the event loop pass that take so long each, and then has Redis answer. */
  async function answerAfter(turns: number, turnMs: number): Promise<Spend> {
    for (let turn = 1; turn <= turns; turn++) {
      jest.spyOn(performance, 'now').mockReturnValue(turn * turnMs);
      tick();
    }
    await Promise.race([spent.catch(() => undefined), endOfTurn()]);
    answer(REPLY);
    return spent;
  }

  it('waits a tenth of a second for Redis', async () => {
    expect((await answerAfter(9, 10)).admitted).toBe(true);
  });

  it('gives up on a Redis that has not answered after that', async () => {
    await expect(answerAfter(10, 10)).rejects.toThrow('Redis did not answer within 100 ms');
  });

  it('does not hold it against Redis that this process was too busy to listen', async () => {
    expect((await answerAfter(5, 60)).admitted).toBe(true);
  });

  it('gives up after half a second, however busy this process was', async () => {
    await expect(answerAfter(2, 250)).rejects.toThrow('Redis did not answer within 500 ms');
  });
});

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

describe('what comes while Redis is asked', () => {
  const endOfTurn = () => new Promise((resolve) => void setImmediate(resolve));

  function asked() {
    const commands: { names: unknown[]; answer: () => void; fail: (error: Error) => void }[] = [];
    const spendBucketsBuffer = (count: number, ...rest: unknown[]) =>
      new Promise<Buffer>((resolve, reject) => {
        const answer = () => {
          resolve(Buffer.alloc((1 + 3 * count) * 8));
        };
        commands.push({ names: rest.slice(0, count), answer, fail: reject });
      });
    const redis = { defineCommand: () => undefined, spendBucketsBuffer };
    const store = new RedisBucketStore(redis as unknown as Redis);
    return { commands, spend: (name: string) => store.spend(name, [POLICY], 1) };
  }

  it('waits for the answer and goes together, in the order in which it came', async () => {
    const { commands, spend } = asked();
    const first = spend('a');
    await endOfTurn();
    const others = [spend('b')];
    await endOfTurn();
    others.push(spend('c'));
    await endOfTurn();
    expect(commands.map(({ names }) => names)).toEqual([['akm:buckets:a']]);
    commands[0]?.answer();
    await first;
    await endOfTurn();
    expect(commands.map(({ names }) => names)).toEqual([['akm:buckets:a'], ['akm:buckets:b', 'akm:buckets:c']]);
    commands[1]?.answer();
    expect(await Promise.all(others)).toHaveLength(2);
  });

  it('does not wait where it is as much as one command may ask for', async () => {
    const { commands, spend } = asked();
    const spent = [spend('first')];
    await endOfTurn();
    for (let n = 0; n < 200; n++) spent.push(spend(`${n}`));
    expect(commands.map(({ names }) => names.length)).toEqual([1, 200]);
    for (const { answer } of commands) answer();
    expect(await Promise.all(spent)).toHaveLength(201);
  });

  it('is asked all the same when Redis refuses what was before it', async () => {
    const { commands, spend } = asked();
    const refused = spend('a');
    await endOfTurn();
    const behind = spend('b');
    commands[0]?.fail(new Error('OOM'));
    await expect(refused).rejects.toThrow('OOM');
    await endOfTurn();
    commands[1]?.answer();
    expect((await behind).admitted).toBe(true);
  });

  it('falls back together with what Redis was silent about', async () => {
    const { commands, spend } = asked();
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'performance'] });
    const now = jest.spyOn(performance, 'now').mockReturnValue(0);
    try {
      const both = Promise.allSettled([spend('a'), endOfTurn().then(() => spend('b'))]);
      await endOfTurn();
      await endOfTurn();
      now.mockReturnValue(500);
      jest.advanceTimersByTime(10);
      expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect(commands).toHaveLength(1);
    } finally {
      jest.useRealTimers();
      now.mockRestore();
    }
  });
});

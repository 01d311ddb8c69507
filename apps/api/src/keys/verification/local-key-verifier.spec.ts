import { ManualClock, type Spend } from '#domain';
import type { KeyAttempt } from '#guards';
import { Problem } from '#problems';
import { knownKey } from '../../../../../test/support/known-key.js';
import type { ChangeFeed } from '../../change-feed/change-feed.js';
import type { BucketStore } from '../../rate-limit/bucket-store.js';
import type { AfterWrite, UsageRecorder } from '../../usage/usage-recorder.js';
import type { CreditPurse } from './credit-purse.js';
import { AskedPermissions } from './asked-permissions.js';
import { LocalKeyVerifier } from './local-key-verifier.js';
import type { PresentedKeys } from './presented-keys.js';
import type { VerificationCounts } from './verification-counts.js';

describe('LocalKeyVerifier.judge', () => {
  const KEY = knownKey({ id: '0198f0c4-0000-7000-8000-00000000000a' });
  const ASKED: KeyAttempt = {
    presented: 'a key',
    cost: 1,
    requestId: 'r',
    method: 'GET',
    endpoint: '/',
    ip: null,
    userAgent: undefined,
  };
  const ADMITTED: Spend = { admitted: true, fullAt: [], buckets: [], retryAfterMs: 0 };
  let now: jest.SpiedFunction<typeof performance.now>;
  beforeEach(() => {
    now = jest.spyOn(performance, 'now').mockReturnValue(10_000);
  });
  afterEach(() => {
    now.mockRestore();
  });

  interface Wait {
    readonly for: 'database' | 'Redis';
    readonly trustedUntil: number;
    readonly takesMs: number;
  }

  /** The verdict on a good key that something is asked about first. */
  async function verdictAfter({ for: whom, trustedUntil, takesMs }: Wait): Promise<string> {
    now.mockReturnValue(10_000);
    const later = <T>(value: T) =>
      Promise.resolve().then(() => {
        now.mockReturnValue(10_000 + takesMs);
        return value;
      });
    const isRead = whom === 'database';
    const keys = { find: () => (isRead ? later(KEY) : KEY) } as unknown as PresentedKeys;
    const buckets = { spend: () => (isRead ? ADMITTED : later(ADMITTED)) } as unknown as BucketStore;
    const usage = { record: () => undefined } as unknown as UsageRecorder;
    const counts = { count: () => undefined } as unknown as VerificationCounts;
    const feed = { trustedUntil } as ChangeFeed;
    const purse = {} as CreditPurse;
    const verifier = new LocalKeyVerifier(
      ...([keys, purse, buckets, usage, feed, counts, new AskedPermissions(usage)] as const),
      new ManualClock(0),
    );
    try {
      return (await verifier.judge(ASKED)).code;
    } catch (error) {
      if (error instanceof Problem) return error.code;
      throw error;
    }
  }

  it('does not act on what it knew of a key when it waited for Redis until the lease was over', async () => {
    expect(await verdictAfter({ for: 'Redis', trustedUntil: 10_900, takesMs: 899 })).toBe('VALID');
    expect(await verdictAfter({ for: 'Redis', trustedUntil: 10_900, takesMs: 900 })).toBe('SERVICE_UNAVAILABLE');
  });

  it('does not act on what it was told of a key a second ago, when the cache cannot be trusted', async () => {
    expect(await verdictAfter({ for: 'database', trustedUntil: 9_000, takesMs: 999 })).toBe('VALID');
    expect(await verdictAfter({ for: 'database', trustedUntil: 9_000, takesMs: 1_000 })).toBe('SERVICE_UNAVAILABLE');
  });

  it('waits for a slow database where the feed would have told of a change meanwhile', async () => {
    expect(await verdictAfter({ for: 'database', trustedUntil: 12_500, takesMs: 2_000 })).toBe('VALID');
  });
});

describe('LocalKeyVerifier.settle', () => {
  let now: jest.SpiedFunction<typeof performance.now>;
  beforeEach(() => {
    now = jest.spyOn(performance, 'now').mockReturnValue(10_000);
  });
  afterEach(() => {
    now.mockRestore();
  });

  /** Whether a verdict may be told that was given now and whose turn ends so much later. */
  function mayTell(trustedUntil: number, laterMs: number, isRecorded = true): boolean | undefined {
    now.mockReturnValue(10_000);
    let endTurn: AfterWrite = () => undefined;
    const usage = { afterWrite: (callback: AfterWrite) => void (endTurn = callback) };
    const others = [null, null, null] as unknown as [never, never, never];
    const [counts, asked, clock] = others;
    const feed = { trustedUntil } as never;
    const verifier = new LocalKeyVerifier(...others, usage as UsageRecorder, feed, counts, asked, clock);
    let told: boolean | undefined;
    verifier.settle((mayAnswer) => (told = mayAnswer));
    now.mockReturnValue(10_000 + laterMs);
    endTurn(isRecorded);
    return told;
  }

  it('lets a verdict be told that was recorded', () => {
    expect(mayTell(Infinity, 1)).toBe(true);
    expect(mayTell(Infinity, 1, false)).toBe(false);
  });

  it('holds back a verdict from the cache when the process stood still until the lease was over', () => {
    expect([mayTell(10_500, 499), mayTell(10_500, 500)]).toEqual([true, false]);
  });

  it('holds back a verdict from the database when the process stood still for a second', () => {
    expect([mayTell(9_000, 999), mayTell(9_000, 1_000)]).toEqual([true, false]);
  });

  it('holds back nothing on the embedded database, where nobody else can have changed a key meanwhile', () => {
    expect(mayTell(Infinity, 3_600_000)).toBe(true);
  });
});

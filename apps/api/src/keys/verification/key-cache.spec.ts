import { Config } from '../../config/config.js';
import { parseEnv } from '../../config/env.js';
import { ChangeFeed, type FeedStatus } from '../../change-feed/change-feed.js';
import { KeyCache } from './key-cache.js';
import type { KeyLookup } from './key-lookup.js';
import { knownKey } from '../../../../../test/support/known-key.js';
import type { KnownKey } from './known-key.js';

class FakeFeed extends ChangeFeed {
  trustedUntil = Infinity;
  readonly status: FeedStatus = { mode: 'embedded', ageMs: 0, lagMs: 0 };

  keyChanged(id: string | null): void {
    this.tell({ kind: 'key', id });
  }
}

const DIGEST = 'd'.repeat(32);
const KEY = knownKey({ id: '0198f0c4-0000-7000-8000-00000000000a' });
const CHANGED = knownKey({ id: KEY.key.id, state: 'revoked' });

describe('KeyCache', () => {
  let feed: FakeFeed;
  let lookup: jest.Mock<Promise<KnownKey | undefined>, []>;
  let cache: KeyCache;

  beforeEach(() => {
    feed = new FakeFeed();
    lookup = jest.fn(() => Promise.resolve(KEY));
    const config = new Config(parseEnv({}), { jwt: [], masterEncryption: [] });
    cache = new KeyCache({ find: lookup } as unknown as KeyLookup, feed, config);
  });

  it('asks for a key once, and has it at hand from then on', async () => {
    expect(await cache.find(DIGEST, 0)).toEqual(KEY);
    expect(cache.find(DIGEST, 0)).toEqual(KEY);
    expect(lookup).toHaveBeenCalledTimes(1);
    expect(cache.status).toEqual({ size: 1, hits: 1, misses: 1 });
  });

  it.each([KEY.key.id, null])('asks again once it was told of a change (%s)', async (id) => {
    await cache.find(DIGEST, 0);
    feed.keyChanged(id);
    lookup.mockResolvedValue(CHANGED);
    expect(await cache.find(DIGEST, 0)).toEqual(CHANGED);
  });

  it('keeps what it has of a key when another one changes', async () => {
    await cache.find(DIGEST, 0);
    feed.keyChanged('0198f0c4-0000-7000-8000-00000000000b');
    expect(cache.find(DIGEST, 0)).toEqual(KEY);
  });

  it.each([KEY.key.id, null])('reads again when the key changed while it was read (%s)', async (id) => {
    lookup.mockImplementationOnce(() => {
      feed.keyChanged(id);
      return Promise.resolve(KEY);
    });
    lookup.mockResolvedValue(CHANGED);
    expect(await cache.find(DIGEST, 0)).toEqual(CHANGED);
    expect(cache.find(DIGEST, 0)).toEqual(CHANGED);
  });

  it('asks every time when the lease is over, and believes what it has when the lease is back', async () => {
    await cache.find(DIGEST, 0);
    feed.trustedUntil = 1_000;
    expect(cache.find(DIGEST, 999)).toEqual(KEY);
    lookup.mockResolvedValue(CHANGED);
    expect(await cache.find(DIGEST, 1_000)).toEqual(CHANGED);
    expect(await cache.find(DIGEST, 1_001)).toEqual(CHANGED);
    expect(lookup).toHaveBeenCalledTimes(3);
    feed.trustedUntil = 2_000;
    expect(cache.find(DIGEST, 1_500)).toEqual(CHANGED);
  });

  it('passes on that nobody can tell, and remembers nothing of it', async () => {
    lookup.mockRejectedValueOnce(new Error('away'));
    await expect(cache.find(DIGEST, 0)).rejects.toThrow('away');
    expect(await cache.find(DIGEST, 0)).toEqual(KEY);
  });

  it('shares one read between all who ask at once, but not with those who come a tenth of a second later', async () => {
    const answers = Promise.all([cache.find(DIGEST, 0), cache.find(DIGEST, 99), cache.find(DIGEST, 100)]);
    expect(await answers).toEqual([KEY, KEY, KEY]);
    expect(lookup).toHaveBeenCalledTimes(2);
  });

  it('asks for a canary as often as for what is no key, so that the time it takes does not tell them apart', async () => {
    const canary = knownKey({ isCanary: true });
    const asked = async (found: KnownKey | undefined) => {
      lookup.mockClear();
      lookup.mockResolvedValue(found);
      feed.keyChanged(null);
      const answers = [];
      const reads = [];
      for (const now of [0, 1, 999, 1_000, 1_001, 5_000]) {
        answers.push(await cache.find(DIGEST, now));
        reads.push(lookup.mock.calls.length);
      }
      return { answers: new Set(answers), reads };
    };
    const [unknown, known] = [await asked(undefined), await asked(canary)];
    expect(known.reads).toEqual(unknown.reads);
    expect([known.answers, unknown.answers]).toEqual([new Set([canary]), new Set([undefined])]);
  });

  it('asks for what is no key once a second, and anew when any key changes', async () => {
    lookup.mockResolvedValue(undefined);
    expect(await cache.find(DIGEST, 0)).toBeUndefined();
    expect(cache.find(DIGEST, 999)).toBeUndefined();
    expect(lookup).toHaveBeenCalledTimes(1);
    await cache.find(DIGEST, 1_000);
    expect(lookup).toHaveBeenCalledTimes(2);
    feed.keyChanged('0198f0c4-0000-7000-8000-00000000000b');
    lookup.mockResolvedValue(KEY);
    expect(await cache.find(DIGEST, 1_001)).toEqual(KEY);
  });

  it('does not remember as unknown what came into being while it was looked for', async () => {
    lookup.mockImplementation(() => {
      feed.keyChanged('0198f0c4-0000-7000-8000-00000000000b');
      return Promise.resolve(undefined);
    });
    expect(await cache.find(DIGEST, 0)).toBeUndefined();
    lookup.mockResolvedValue(KEY);
    expect(await cache.find(DIGEST, 0)).toEqual(KEY);
  });
});

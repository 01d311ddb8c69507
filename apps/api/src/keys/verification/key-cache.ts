import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../change-feed/change-feed.js';
import { InvalidationLog } from '../../change-feed/invalidation-log.js';
import { Config } from '../../config/config.js';
import { KeyLookup } from './key-lookup.js';
import { KeyTable } from './key-table/key-table.js';
import type { KnownKey } from './known-key.js';
import type { NowOrLater } from './now-or-later.js';
import { UnknownDigests } from './unknown-digests.js';

/** A read that began so long ago may have missed what has changed since: whoever comes later begins another. */
const SHARED_MS = 100;
const ATTEMPTS_IN_VAIN = 3;

export interface CacheStatus {
  /** Secrets whose key is at hand. */
  readonly size: number;
  /** Since the start. */
  readonly hits: number;
  readonly misses: number;
}

/**
 * Keys by their digests, from memory where that can be trusted. Two things make it safe to accept a key without asking:
 * whatever changes is dropped when the feed tells of it, and what is held is believed only while the feed is known to
 * tell. Otherwise every use asks the database.
 */
@Injectable()
export class KeyCache {
  private known: KeyTable;
  private readonly unknown = new UnknownDigests();
  private readonly invalidations = new InvalidationLog();
  private readonly reads = new Map<
    string,
    { readonly beganAt: number; readonly found: Promise<KnownKey | undefined> }
  >();
  private hits = 0;
  private misses = 0;

  constructor(
    private readonly lookup: KeyLookup,
    private readonly feed: ChangeFeed,
    private readonly config: Config,
  ) {
    this.known = this.newTable();
    feed.onChange('key', (id) => {
      this.forget(id);
    });
  }

  /** Asks the database at the next use. @param keyId null: for every key. */
  forget(keyId: string | null = null): void {
    this.invalidations.note(keyId);
    this.unknown.clear();
    // Emptying a table of a million entries would take a while.
    if (keyId === null) this.known = this.newTable();
    else this.known.drop(keyId);
  }

  get status(): CacheStatus {
    return { size: this.known.size, hits: this.hits, misses: this.misses };
  }

  /**
   * @param digest as `digestText` writes it.
   * @param now by the monotonic clock.
   * @returns undefined when no key has such a secret. Rejects with SERVICE_UNAVAILABLE when nobody can tell.
   */
  find(digest: string, now: number): NowOrLater<KnownKey | undefined> {
    if (now < this.feed.trustedUntil) {
      const known = this.known.find(digest);
      if (known || this.unknown.has(digest, now)) {
        this.hits += 1;
        return known ?? this.unknown.canaryOf(digest);
      }
    }
    this.misses += 1;
    return this.shared(digest, now);
  }

  /** However many ask for a key at once, one read answers them. */
  private shared(digest: string, now: number): Promise<KnownKey | undefined> {
    const underWay = this.reads.get(digest);
    if (underWay && now - underWay.beganAt < SHARED_MS) return underWay.found;
    const found = this.read(digest, now).finally(() => {
      if (this.reads.get(digest)?.found === found) this.reads.delete(digest);
    });
    this.reads.set(digest, { beganAt: now, found });
    return found;
  }

  /** Reads again for as long as the key changes under the reading. */
  private async read(digest: string, now: number): Promise<KnownKey | undefined> {
    const bytes = Buffer.from(digest, 'latin1');
    for (let attempt = 1; ; attempt += 1) {
      const { found: known, isCurrent } = await this.invalidations.watch(
        () => this.lookup.find(bytes),
        (found) => found?.key.id,
      );
      // A canary is remembered where keys that are none are, and forgotten with them: read as often, it is as fast.
      if (isCurrent && known && !known.facts.isCanary) this.known.keep(digest, known);
      else if (isCurrent) this.unknown.add(digest, now, known);
      // What is no key is compared with the changes of all keys, and somewhere there is always one.
      if (isCurrent || (!known && attempt === ATTEMPTS_IN_VAIN)) return known;
    }
  }

  private newTable(): KeyTable {
    return new KeyTable(this.config.keys.cacheSize);
  }
}

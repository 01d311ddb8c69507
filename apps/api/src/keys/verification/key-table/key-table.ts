import { EntryIndex } from '../../../tables/entry-index.js';
import { areSame, hashOfWords, wordsOfBytes, wordsOfUuid } from '../../../tables/words.js';
import type { KnownKey } from '../known-key.js';
import { DIGEST, DIGEST_WORDS, FLAGS, ID_WORDS, IS_RECENT, KEY_ID, wordOf } from './key-record.js';
import { KeyRecords } from './key-records.js';
import { RecentlyRead } from './recently-read.js';

/** Beyond the record: what texts and profiles may take for each secret of the bound, all together. */
const SHARE_BYTES = 100;

/**
 * Keys by the digests of their secrets, as records instead of objects: 128 bytes a secret with a short text. A table of
 * objects takes several times that, and the garbage collector has to visit each of them again and again.
 *
 * A digest is compared whole, and not in constant time: it is the hash of 256 random bits, so knowing how many of its
 * bytes are right helps nobody to find what it is the hash of.
 *
 * The bound is kept by second chance: the hand of a clock goes round and takes the first secret that was not found since
 * it last came by. What was only just kept counts as not found yet, so that keys that are used once push out no other.
 */
export class KeyTable {
  private readonly records = new KeyRecords();
  private readonly byDigest = new EntryIndex();
  private readonly byKey = new EntryIndex();
  private readonly recent = new RecentlyRead();
  private readonly free: number[] = [];
  /** Entries below were in use at some time. */
  private end = 0;
  private hand = 0;
  private readonly wantedDigest = new Uint32Array(DIGEST_WORDS);
  private readonly wantedKey = new Uint32Array(ID_WORDS);

  constructor(private readonly countMax: number) {}

  get size(): number {
    return this.end - this.free.length;
  }

  /** @param digest 32 characters, each a byte. */
  find(digest: string): KnownKey | undefined {
    const entry = this.entryOf(digest);
    if (entry === -1) return undefined;
    const { words } = this.records.pages.of(entry);
    const flagsAt = wordOf(entry) + FLAGS;
    const flags = words[flagsAt] ?? 0;
    // Written only where it changes: most uses are of keys that were found before.
    if ((flags & IS_RECENT) === 0) words[flagsAt] = flags | IS_RECENT;
    return this.recent.get(entry) ?? this.recent.offer(entry, this.records.read(entry));
  }

  /** In the place of what was kept under this digest. A key with more than 64 KB of text is not kept. */
  keep(digest: string, known: KnownKey): void {
    const before = this.entryOf(digest);
    if (before !== -1) this.remove(before);
    while (this.isFull()) this.evict();
    const entry = this.free.pop() ?? this.end++;
    if (!this.records.write(entry, digest, known)) {
      this.free.push(entry);
      return;
    }
    const { words } = this.records.pages.of(entry);
    this.byDigest.add(hashOfWords(words, wordOf(entry) + DIGEST, DIGEST_WORDS), entry);
    this.byKey.add(hashOfWords(words, wordOf(entry) + KEY_ID, ID_WORDS), entry);
  }

  /** Every secret of the key. */
  drop(keyId: string): void {
    wordsOfUuid(keyId, this.wantedKey, 0);
    const hash = hashOfWords(this.wantedKey, 0, ID_WORDS);
    for (let entry = this.byKey.find(hash, this.isOfWantedKey); entry !== -1;) {
      this.remove(entry);
      entry = this.byKey.find(hash, this.isOfWantedKey);
    }
  }

  private entryOf(digest: string): number {
    wordsOfBytes(digest, this.wantedDigest);
    return this.byDigest.find(hashOfWords(this.wantedDigest, 0, DIGEST_WORDS), this.hasWantedDigest);
  }

  private readonly hasWantedDigest = (entry: number): boolean =>
    areSame(this.records.pages.of(entry).words, wordOf(entry) + DIGEST, this.wantedDigest, 0, DIGEST_WORDS);

  private readonly isOfWantedKey = (entry: number): boolean =>
    areSame(this.records.pages.of(entry).words, wordOf(entry) + KEY_ID, this.wantedKey, 0, ID_WORDS);

  private remove(entry: number): void {
    const { words } = this.records.pages.of(entry);
    const at = wordOf(entry);
    this.byDigest.remove(hashOfWords(words, at + DIGEST, DIGEST_WORDS), entry);
    this.byKey.remove(hashOfWords(words, at + KEY_ID, ID_WORDS), entry);
    this.records.remove(entry);
    this.recent.remove(entry);
    this.free.push(entry);
  }

  private isFull(): boolean {
    return this.size >= this.countMax || (this.size > 0 && this.records.bytes > this.countMax * SHARE_BYTES);
  }

  private evict(): void {
    for (;;) {
      const entry = this.hand;
      this.hand = (this.hand + 1) % this.end;
      const { words } = this.records.pages.of(entry);
      const flagsAt = wordOf(entry) + FLAGS;
      const flags = words[flagsAt] ?? 0;
      if (flags === 0) continue;
      if ((flags & IS_RECENT) === 0) {
        this.remove(entry);
        return;
      }
      words[flagsAt] = flags & ~IS_RECENT;
    }
  }
}

import { SLAB_TEXT_BYTES_MAX, TextSlab } from '../../../tables/text-slab.js';
import { uuidOfWords, wordsOfBytes, wordsOfUuid } from '../../../tables/words.js';
import type { KnownKey } from '../known-key.js';
import {
  DIGEST,
  DIGEST_WORDS,
  EXPIRES_AT,
  FLAGS,
  IS_ASCII,
  IS_PRESENT,
  KEY_ID,
  LENGTH_SHIFT,
  momentOf,
  OWNER_ID,
  PROFILE,
  type RecordPage,
  RecordPages,
  RETIRED_AT,
  SECRET_ID,
  STATE_MASK,
  STATE_SHIFT,
  STATES,
  TEXT,
  TEXT_BYTES_MAX,
  wordOf,
} from './key-record.js';
import { packed, unpacked } from './key-text.js';
import { Profiles } from './profiles.js';

/** Keys as records: numbers in columns, texts in a slab, and what many have in common once. */
export class KeyRecords {
  readonly pages = new RecordPages();
  private readonly texts = new TextSlab();
  private readonly profiles = new Profiles();

  /** What is not in the records themselves. */
  get bytes(): number {
    return this.texts.bytes + this.profiles.bytes;
  }

  /** @returns false, having written nothing, for a key with more text than can be kept. */
  write(entry: number, digest: string, known: KnownKey): boolean {
    const { bytes, flags } = packed(known.key);
    if (bytes.length > SLAB_TEXT_BYTES_MAX) return false;
    const page = this.pages.of(entry);
    const { words, moments } = page;
    const at = wordOf(entry);
    wordsOfBytes(digest, words.subarray(at + DIGEST, at + DIGEST + DIGEST_WORDS));
    wordsOfUuid(known.key.id, words, at + KEY_ID);
    wordsOfUuid(known.secretId, words, at + SECRET_ID);
    wordsOfUuid(known.key.ownerId, words, at + OWNER_ID);
    moments[momentOf(entry) + EXPIRES_AT] = known.facts.expiresAt ?? Infinity;
    moments[momentOf(entry) + RETIRED_AT] = known.facts.secret.retiredAt ?? Infinity;
    words[at + PROFILE] = this.profiles.intern(known);
    if (bytes.length > TEXT_BYTES_MAX) words[at + TEXT] = this.texts.put(bytes);
    else page.bytes.set(bytes, byteOf(at + TEXT));
    const state = STATES.indexOf(known.facts.state) << STATE_SHIFT;
    words[at + FLAGS] = IS_PRESENT | flags | state | (bytes.length << LENGTH_SHIFT);
    return true;
  }

  read(entry: number): KnownKey {
    const page = this.pages.of(entry);
    const { words, moments } = page;
    const at = wordOf(entry);
    const flags = words[at + FLAGS] ?? 0;
    // Named one by one: copying the rest of an object takes longer than all that is done here.
    const {
      environment,
      permissions,
      allowedServices,
      allowedRanges,
      allowedUserAgents,
      limits,
      throttle,
      hasCredits,
    } = this.profiles.get(words[at + PROFILE] ?? 0);
    const expiresAt = momentOrNull(moments[momentOf(entry) + EXPIRES_AT]);
    const retiredAt = momentOrNull(moments[momentOf(entry) + RETIRED_AT]);
    const { name, externalId, meta } = unpacked(this.textOf(page, at), flags);
    const id = uuidOfWords(words, at + KEY_ID);
    const ownerId = uuidOfWords(words, at + OWNER_ID);
    return {
      facts: {
        state: STATES[(flags >>> STATE_SHIFT) & STATE_MASK] ?? 'revoked',
        // Canaries are never kept here, see KeyCache.
        isCanary: false,
        secret: { retiredAt },
        expiresAt,
        environment,
        allowedServices,
        allowedRanges,
        allowedUserAgents,
        permissions,
        creditsRemaining: null,
      },
      key: { id, name, ownerId, externalId, permissions, environment, expiresAt, meta },
      secretId: uuidOfWords(words, at + SECRET_ID),
      limits,
      throttle,
      hasCredits,
      asked: null,
    };
  }

  remove(entry: number): void {
    const { words } = this.pages.of(entry);
    const at = wordOf(entry);
    this.profiles.release(words[at + PROFILE] ?? 0);
    if (lengthOf(words[at + FLAGS] ?? 0) > TEXT_BYTES_MAX) this.texts.remove(words[at + TEXT] ?? 0);
    words[at + FLAGS] = 0;
  }

  private textOf({ words, bytes }: RecordPage, at: number): string {
    const flags = words[at + FLAGS] ?? 0;
    const length = lengthOf(flags);
    const encoding = flags & IS_ASCII ? 'latin1' : 'utf8';
    if (length > TEXT_BYTES_MAX) return this.texts.read(words[at + TEXT] ?? 0, length, encoding);
    const start = byteOf(at + TEXT);
    return bytes.toString(encoding, start, start + length);
  }
}

function lengthOf(flags: number): number {
  return flags >>> LENGTH_SHIFT;
}

function byteOf(word: number): number {
  return 4 * word;
}

function momentOrNull(moment: number | undefined): number | null {
  return moment === undefined || moment === Infinity ? null : moment;
}

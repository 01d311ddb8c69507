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
  momentOf,
  OWNER_ID,
  PROFILE,
  RecordPages,
  RETIRED_AT,
  SECRET_ID,
  STATE_SHIFT,
  STATES,
  TEXT_LENGTH,
  TEXT_PLACE,
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
    const { words, moments } = this.pages.of(entry);
    const at = wordOf(entry);
    wordsOfBytes(digest, words.subarray(at + DIGEST, at + DIGEST + DIGEST_WORDS));
    wordsOfUuid(known.key.id, words, at + KEY_ID);
    wordsOfUuid(known.secretId, words, at + SECRET_ID);
    wordsOfUuid(known.key.ownerId, words, at + OWNER_ID);
    moments[momentOf(entry) + EXPIRES_AT] = known.facts.expiresAt ?? Infinity;
    moments[momentOf(entry) + RETIRED_AT] = known.facts.secret.retiredAt ?? Infinity;
    words[at + PROFILE] = this.profiles.intern(known);
    words[at + TEXT_PLACE] = this.texts.put(bytes);
    words[at + TEXT_LENGTH] = bytes.length;
    words[at + FLAGS] = IS_PRESENT | flags | (STATES.indexOf(known.facts.state) << STATE_SHIFT);
    return true;
  }

  read(entry: number): KnownKey {
    const { words, moments } = this.pages.of(entry);
    const at = wordOf(entry);
    const flags = words[at + FLAGS] ?? 0;
    // Named one by one: copying the rest of an object takes longer than all that is done here.
    const { environment, permissions, allowedServices, allowedRanges, allowedUserAgents, limits, hasCredits } =
      this.profiles.get(words[at + PROFILE] ?? 0);
    const expiresAt = momentOrNull(moments[momentOf(entry) + EXPIRES_AT]);
    const retiredAt = momentOrNull(moments[momentOf(entry) + RETIRED_AT]);
    const encoding = flags & IS_ASCII ? 'latin1' : 'utf8';
    const text = this.texts.read(words[at + TEXT_PLACE] ?? 0, words[at + TEXT_LENGTH] ?? 0, encoding);
    const { name, externalId, meta } = unpacked(text, flags);
    const id = uuidOfWords(words, at + KEY_ID);
    const ownerId = uuidOfWords(words, at + OWNER_ID);
    return {
      facts: {
        state: STATES[flags >>> STATE_SHIFT] ?? 'revoked',
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
      hasCredits,
    };
  }

  remove(entry: number): void {
    const { words } = this.pages.of(entry);
    const at = wordOf(entry);
    this.profiles.release(words[at + PROFILE] ?? 0);
    this.texts.remove(words[at + TEXT_PLACE] ?? 0);
    words[at + FLAGS] = 0;
  }
}

function momentOrNull(moment: number | undefined): number | null {
  return moment === undefined || moment === Infinity ? null : moment;
}

import { Injectable } from '@nestjs/common';
import { digestText, parseKey } from '#domain';
import { ImportedFormats } from './imported-formats.js';
import { KeyCache } from './key-cache.js';
import type { KnownKey } from './known-key.js';
import { type NowOrLater, whenKnown } from './now-or-later.js';

/** What a text that was shown as a key turns out to be. */
export type Found = KnownKey | 'missing' | 'malformed' | 'unknown';

/** Finds the key that a text is. Garbage is refused without a lookup, unless it may be a key that was issued elsewhere. */
@Injectable()
export class PresentedKeys {
  constructor(
    private readonly cache: KeyCache,
    private readonly imported: ImportedFormats,
  ) {}

  /**
   * @param text exactly what was sent; null: nothing was.
   * @param now by the monotonic clock.
   */
  find(text: string | null, now: number): NowOrLater<Found> {
    if (text === null) return 'missing';
    if (parseKey(text)) return whenKnown(this.cache.find(digestText(text), now), (known) => known ?? 'unknown');
    return whenKnown(this.imported.mayInclude(text, now), (mayBe) =>
      mayBe ? this.findImported(text, now) : 'malformed',
    );
  }

  private findImported(text: string, now: number): NowOrLater<Found> {
    return whenKnown(this.cache.find(digestText(text), now), (known) => known ?? 'malformed');
  }
}

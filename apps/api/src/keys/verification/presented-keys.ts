import { Injectable } from '@nestjs/common';
import { digestOf, parseKey } from '#domain';
import { ImportedFormats } from './imported-formats.js';
import { KeyLookup } from './key-lookup.js';
import type { KnownKey } from './known-key.js';
import type { NowOrLater } from './now-or-later.js';

/** What a text that was shown as a key turns out to be. */
export type Found = KnownKey | 'missing' | 'malformed' | 'unknown';

/** Finds the key that a text is. Garbage is refused without a lookup, unless it may be a key that was issued elsewhere. */
@Injectable()
export class PresentedKeys {
  constructor(
    private readonly lookup: KeyLookup,
    private readonly imported: ImportedFormats,
  ) {}

  /** @param text exactly what was sent; null: nothing was. */
  find(text: string | null): NowOrLater<Found> {
    if (text === null) return 'missing';
    return parseKey(text) ? this.findIssued(text) : this.findImported(text);
  }

  private async findIssued(text: string): Promise<Found> {
    return (await this.lookup.find(digestOf(text))) ?? 'unknown';
  }

  private async findImported(text: string): Promise<Found> {
    const known = (await this.imported.mayInclude(text)) ? await this.lookup.find(digestOf(text)) : undefined;
    return known ?? 'malformed';
  }
}

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ChangeFeed } from '../../change-feed/change-feed.js';
import type { NowOrLater } from './now-or-later.js';
import { unavailable } from './unavailable.js';

/** How long the absence of imported keys is believed where the change feed does not end it earlier. */
const ABSENT_MS = 1000;

/** Whatever is not this is no key of anybody: control characters and blanks do not survive a header. */
const PLAUSIBLE = /^[\x21-\x7e]{8,512}$/;

/**
 * Decides whether a text that is not written like a key of akm is worth a lookup. Of an imported key only the digest is
 * known, and so not what it looks like: where there is one, any text may be it. Where there is none, garbage costs no
 * lookup.
 */
@Injectable()
export class ImportedFormats {
  private hasImports = false;
  /** By the monotonic clock. */
  private absentUntil = -Infinity;
  private changes = 0;
  private reading: Promise<boolean> | null = null;

  constructor(
    private readonly dataSource: DataSource,
    feed: ChangeFeed,
  ) {
    feed.onChange('key', () => {
      this.changes += 1;
      this.absentUntil = -Infinity;
    });
  }

  /** @param now by the monotonic clock. */
  mayInclude(text: string, now: number): NowOrLater<boolean> {
    if (!PLAUSIBLE.test(text)) return false;
    if (this.hasImports) return true;
    if (now < this.absentUntil) return false;
    this.reading ??= this.read(now).finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  private async read(now: number): Promise<boolean> {
    const { changes } = this;
    const [row] = await this.dataSource
      .query<{ found: boolean }[]>('SELECT EXISTS (SELECT FROM api_key_secrets WHERE is_imported) AS found')
      .catch(unavailable);
    this.hasImports ||= row?.found === true;
    if (changes === this.changes) this.absentUntil = now + ABSENT_MS;
    return this.hasImports;
  }
}

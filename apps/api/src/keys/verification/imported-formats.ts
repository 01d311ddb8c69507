import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** How long the absence of imported keys is believed: so late, at most, does another instance accept the first one. */
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
  private readAt = -Infinity;

  constructor(private readonly dataSource: DataSource) {}

  async mayInclude(text: string): Promise<boolean> {
    return PLAUSIBLE.test(text) && (this.hasImports || (await this.read()));
  }

  /** From here on this instance looks every text up. */
  noteImport(): void {
    this.hasImports = true;
  }

  private async read(): Promise<boolean> {
    const now = performance.now();
    if (now - this.readAt < ABSENT_MS) return false;
    this.readAt = now;
    const [row] = await this.dataSource.query<{ found: boolean }[]>(
      'SELECT EXISTS (SELECT FROM api_key_secrets WHERE is_imported) AS found',
    );
    this.hasImports ||= row?.found === true;
    return this.hasImports;
  }
}

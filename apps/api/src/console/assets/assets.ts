import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';

export interface Asset {
  readonly type: string;
  readonly content: Buffer;
}

/** The few files a page needs, each under a name that changes with what is in it. */
@Injectable()
export class Assets {
  private readonly files = new Map<string, Asset>();
  readonly styles = this.add('console', 'css', 'text/css; charset=utf-8');
  readonly script = this.add('console', 'js', 'text/javascript; charset=utf-8');
  readonly icon = this.add('icon', 'svg', 'image/svg+xml');

  find(name: string): Asset | undefined {
    return this.files.get(name);
  }

  /** @returns its path on this server. */
  private add(name: string, extension: string, type: string): string {
    const content = readFileSync(join(import.meta.dirname, `${name}.${extension}`));
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
    this.files.set(`${name}.${hash}.${extension}`, { type, content });
    return `/assets/${name}.${hash}.${extension}`;
  }
}

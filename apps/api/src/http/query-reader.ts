import type { Type } from '@nestjs/common';
import { validationPipe } from './validation.pipe.js';

/**
 * Checks the query of a machine route against its DTO, and remembers what it found good: whoever calls such a route asks
 * the same few questions again and again, and checking one takes longer than all the rest of the answer.
 */
export class QueryReader<Dto extends object> {
  private readonly pipe = validationPipe();
  private readonly good = new Map<string, Dto>();

  constructor(private readonly dto: Type<Dto>) {}

  /** @param query as it stands in the URL, from the `?` on. */
  knows(query: string): boolean {
    return this.good.has(query);
  }

  /**
   * At once, if the query was good before.
   * @param url has been looked through by the gate: every parameter is in it once, and can be decoded.
   * @throws Problem VALIDATION_FAILED, with every bad field, by rejecting.
   */
  read(url: string): Dto | Promise<Dto> {
    const at = url.indexOf('?');
    const query = at === -1 ? '' : url.slice(at);
    return this.good.get(query) ?? this.check(query);
  }

  private async check(query: string): Promise<Dto> {
    const fields = Object.fromEntries(new URLSearchParams(query));
    const read = (await this.pipe.transform(fields, { type: 'query', metatype: this.dto })) as Dto;
    if (query.length <= LENGTH_MAX && this.good.size < QUERIES_MAX) this.good.set(query, Object.freeze(read));
    return read;
  }
}

/** Anybody may ask, so what is remembered has bounds: a quarter of a megabyte. */
const QUERIES_MAX = 500;
const LENGTH_MAX = 500;

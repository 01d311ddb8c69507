import type { Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { validationPipe } from './validation.pipe.js';

/**
 * Checks the query of a route against its DTO, and remembers what it found good: who calls a route that is called on
 * every request asks the same few questions, and checking one takes longer than all the rest of the answer.
 */
export class QueryReader<Dto extends object> {
  private readonly pipe = validationPipe();
  private readonly good = new Map<string, Dto>();

  constructor(private readonly dto: Type<Dto>) {}

  /**
   * At once, if the query was good before.
   * @throws Problem VALIDATION_FAILED, with every bad field, by rejecting.
   */
  read(request: FastifyRequest): Dto | Promise<Dto> {
    const query = queryOf(request);
    return this.good.get(query) ?? this.check(query, request.query);
  }

  private async check(query: string, fields: unknown): Promise<Dto> {
    const read = (await this.pipe.transform(fields, { type: 'query', metatype: this.dto })) as Dto;
    if (query.length <= LENGTH_MAX && this.good.size < QUERIES_MAX) this.good.set(query, Object.freeze(read));
    return read;
  }
}

/** Anybody may ask, so what is remembered has bounds: a quarter of a megabyte. */
const QUERIES_MAX = 500;
const LENGTH_MAX = 500;

function queryOf({ url }: FastifyRequest): string {
  const at = url.indexOf('?');
  return at === -1 ? '' : url.slice(at);
}

import { IsOptional, Max, Min } from 'class-validator';
import { ApiCount } from './api-field.decorators.js';
import { QueryInteger } from './query-value.js';

/** Which page of a list is asked for. */
export class PageQueryDto {
  /** Counted from 1.
   * @example 1 */
  @IsOptional()
  @QueryInteger()
  @Min(1)
  @Max(1_000_000)
  page: number = 1;

  /** Items on a page.
   * @example 20 */
  @IsOptional()
  @QueryInteger()
  @Min(1)
  @Max(100)
  page_size: number = 20;
}

/** A list that is read by page or, as `isReadByCursor` says, by a cursor that each list adds. */
export abstract class PageOrCursorQueryDto {
  /** 1 unless given.
   * @example 1 */
  @IsOptional()
  @QueryInteger()
  @Min(1)
  @Max(1_000_000)
  page?: number;

  /** Items on a page, 20 unless given.
   * @example 20 */
  @IsOptional()
  @QueryInteger()
  @Min(1)
  @Max(100)
  page_size?: number;

  /** Starts reading by cursor, so many items at a time; the answer's `Link` leads on. Not with `page`.
   * @example 100 */
  @IsOptional()
  @QueryInteger()
  @Min(1)
  @Max(100)
  limit?: number;
}

/** What a page of a list says beside its `items`, which each list adds. */
export abstract class PageDto {
  /** Items on all pages.
   * @example 1 */
  @ApiCount()
  total: number;

  /** @example 1 */
  @ApiCount()
  page: number;

  /** @example 20 */
  @ApiCount(100)
  page_size: number;

  /** @example 1 */
  @ApiCount()
  pages: number;
}

/** The same of a list that may be read by cursor, which knows of no pages. */
export abstract class PageOrCursorDto {
  /** Items on all pages. Not when reading by cursor, like the next three.
   * @example 1 */
  @ApiCount()
  total?: number;

  /** @example 1 */
  @ApiCount()
  page?: number;

  /** @example 20 */
  @ApiCount(100)
  page_size?: number;

  /** @example 1 */
  @ApiCount()
  pages?: number;
}

/** @param total items on all pages. */
export function pageOf<Item>(items: Item[], total: number, { page, page_size }: PageQueryDto) {
  return { items, total, page, page_size, pages: Math.ceil(total / page_size) };
}

/** What an ORM skips and takes for a page. */
export function stretchOf({ page, page_size }: PageQueryDto): { skip: number; take: number } {
  return { skip: (page - 1) * page_size, take: page_size };
}

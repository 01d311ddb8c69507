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

/** @param total items on all pages. */
export function pageOf<Item>(items: Item[], total: number, { page, page_size }: PageQueryDto) {
  return { items, total, page, page_size, pages: Math.ceil(total / page_size) };
}

/** What an ORM skips and takes for a page. */
export function stretchOf({ page, page_size }: PageQueryDto): { skip: number; take: number } {
  return { skip: (page - 1) * page_size, take: page_size };
}

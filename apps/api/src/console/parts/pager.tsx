import type { VNode } from 'preact';
import { NUMBER } from './chart.js';

interface PagerProps {
  /** Of the list, without a query. */
  path: string;
  /** What the list was asked for, besides the page. */
  query: Readonly<Record<string, string>>;
  page: number;
  pageSize: number;
  total: number;
  /** What is listed, when there are several. */
  things: string;
}

/** The ways to the pages before and after. */
export function Pager({ path, query, page, pageSize, total, things }: PagerProps): VNode {
  const pages = Math.max(1, Math.ceil(total / pageSize));
  const to = (other: number) => linkTo(path, { ...query, ...(other > 1 && { page: String(other) }) });
  const first = Math.min((page - 1) * pageSize + 1, total);
  return (
    <nav class="pager" aria-label="Pages">
      <span class="muted">
        {total === 1
          ? 'Only this one'
          : `${NUMBER.format(first)}–${NUMBER.format(Math.min(page * pageSize, total))} of ${NUMBER.format(total)} ${things}`}
      </span>
      <span class="actions">
        {page > 1 && (
          <a class="button" rel="prev" href={to(page - 1)}>
            Previous
          </a>
        )}
        {page < pages && (
          <a class="button" rel="next" href={to(page + 1)}>
            Next
          </a>
        )}
      </span>
    </nav>
  );
}

/** A path with a query; what is empty is left out. */
export function linkTo(path: string, query: Readonly<Record<string, string>>): string {
  const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''));
  return asked.size === 0 ? path : `${path}?${asked.toString()}`;
}

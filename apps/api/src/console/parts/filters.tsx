import type { ComponentChildren, VNode } from 'preact';
import type { Filled } from '../frame/filled.js';
import { FilledContext } from './form.js';

interface FiltersProps {
  /** Of the list. */
  path: string;
  /** What is asked for now, and what is wrong with it. */
  filled: Filled;
  isFiltered: boolean;
  /** Filters that are asked for often, as links. */
  shortcuts?: ComponentChildren;
  /** What the button says. */
  submit?: string;
  children: ComponentChildren;
}

/** Asks a list for less. What is asked for stands in the address, so that it can be kept and passed on. */
export function Filters({ path, filled, isFiltered, shortcuts, submit = 'Filter', children }: FiltersProps): VNode {
  return (
    <search>
      <form method="get" action={path} class="filters many">
        <FilledContext.Provider value={filled}>{children}</FilledContext.Provider>
        <span class="actions">
          <button>{submit}</button>
          {isFiltered && <a href={path}>Show everything</a>}
          {shortcuts}
        </span>
      </form>
    </search>
  );
}

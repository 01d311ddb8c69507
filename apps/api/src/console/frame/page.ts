import type { VNode } from 'preact';
import type { Section } from './navigation.js';

/** What a handler of the console shows: the frame around it is the same for every page. */
export interface Page {
  /** Of the window and of the page: what makes it different from the others first. */
  readonly title: string;
  /** Where the navigation stands meanwhile; absent: somewhere outside of it. */
  readonly section?: Section;
  /** A form and little else, in the middle of the window and without navigation. */
  readonly isNarrow?: boolean;
  /** Where the browser looks again by itself, and after how many seconds: work that takes longer is going on. */
  readonly again?: { readonly seconds: number; readonly href: string };
  readonly body: VNode;
}

/** Sends the browser on after a form had its effect, so that loading the next page again does not repeat it. */
export class SeeOther {
  /** @param notice said once, on the page that comes next. */
  constructor(
    readonly location: string,
    readonly notice?: string,
  ) {}
}

/** Shown instead of what was asked for: as a rule the same form again, with what is wrong with it. */
export class PageRefusal extends Error {
  constructor(
    readonly status: number,
    readonly page: Page,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(page.title);
    this.name = 'PageRefusal';
  }
}

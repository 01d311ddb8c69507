import { type FieldError, problemOf } from '#problems';
import { listOf, type PageForm, textOf } from '../../http/page-form.js';
import { type Page, PageRefusal, type SeeOther } from './page.js';

/** What stands in a form: what it began with, or what was sent and what was wrong with it. */
export class Filled {
  constructor(
    private readonly form: PageForm = {},
    readonly errors: readonly FieldError[] = [],
    /** What was wrong with all of it. */
    readonly message: string | null = null,
  ) {}

  get isRefused(): boolean {
    return this.errors.length > 0 || this.message !== null;
  }

  text(field: string): string {
    return textOf(this.form, field);
  }

  list(field: string): string[] {
    return listOf(this.form, field);
  }

  /** What is wrong with a field, its name in the words of the page. */
  faults(field: string, label: string): string[] {
    return this.errors
      .filter((error) => error.field === field || error.field.startsWith(`${field}.`))
      .map(({ message }) => inWords(message, field, label));
  }
}

/**
 * Does what a form asks for. What the form can be mended for brings it up again, as it was sent: `page` shows it. Anything
 * else goes its way.
 */
export async function orShowAgain(
  form: PageForm,
  page: (filled: Filled) => Page | Promise<Page>,
  act: () => Promise<SeeOther>,
): Promise<SeeOther> {
  try {
    return await act();
  } catch (error) {
    const { status, code, detail, errors, headers } = problemOf(error);
    if (status >= 500 || ELSEWHERE.has(code)) throw error;
    const filled = new Filled(form, errors, errors ? null : detail);
    const { 'retry-after': retryAfter } = headers;
    throw new PageRefusal(status, await page(filled), retryAfter === undefined ? {} : { 'retry-after': retryAfter });
  }
}

/**
 * Shows a list as its filters ask for it. Filters that cannot be are shown with what is wrong with them, above nothing.
 * @param page is given nothing found where nothing could be looked for.
 */
export async function orFiltersAgain<Found>(
  filters: PageForm,
  read: () => Promise<Found>,
  page: (filled: Filled, found: Found | undefined) => Page,
): Promise<Page> {
  try {
    return page(new Filled(filters), await read());
  } catch (error) {
    const { status, code, errors } = problemOf(error);
    if (code !== 'VALIDATION_FAILED') throw error;
    throw new PageRefusal(status, page(new Filled(filters, errors), undefined));
  }
}

/** What filling in a form differently does not help against. */
const ELSEWHERE: ReadonlySet<string> = new Set(['UNAUTHENTICATED', 'NOT_FOUND', 'TOO_MANY_REQUESTS']);

/** The checks name fields as the API does. */
function inWords(message: string, field: string, label: string): string {
  const named = message.replace(new RegExp(`^(each value in )?${field}\\b`), (_, each: string | undefined) =>
    each === undefined ? label : 'Each of them',
  );
  return named.endsWith('.') ? named : `${named}.`;
}

import { problem } from '#problems';

/** What somebody filled in: a field that came once is a text, one that came again, such as ticked boxes, a list. */
export type PageForm = Readonly<Record<string, string | readonly string[]>>;

/**
 * The form of a page. Line breaks are told by one character, as everywhere else.
 * @throws Problem BAD_REQUEST for more fields than any page has, and for control characters but tab and line break.
 */
export function parsePageForm(text: string): PageForm {
  const fields = new Map<string, string | string[]>();
  let count = 0;
  for (const [name, sent] of new URLSearchParams(text)) {
    const value = sent.replace(/\r\n?/g, '\n');
    if (++count > FIELDS_MAX || UNSEEN.test(value)) throw problem('BAD_REQUEST');
    const before = fields.get(name);
    fields.set(name, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(fields);
}

/** The text of a field; empty when it was not sent, the last one when it was sent several times. */
export function textOf(form: PageForm, name: string): string {
  return listOf(form, name).at(-1) ?? '';
}

/** Every value of a field, in the order sent. */
export function listOf(form: PageForm, name: string): string[] {
  return Object.hasOwn(form, name) ? [form[name] ?? []].flat() : [];
}

/** A list of a hundred keys with their boxes, and what stands around it. */
const FIELDS_MAX = 300;
const UNSEEN = /(?![\t\n])\p{Cc}/u;

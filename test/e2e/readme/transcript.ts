/** A block of commands in a page, and the answer the page shows beneath it. */
export interface Exchange {
  /** The line above the block. */
  title: string;
  commands: string;
  /** Null where the page shows no answer. */
  answer: string | null;
}

/**
 * Reads the shell blocks under one heading of a Markdown page, in order. The block that follows one, if it is not
 * another shell block, is its answer.
 */
export function transcript(page: string, heading: string): Exchange[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  // Fences alternate: prose, block, prose, block …
  const parts = section.split(/^```/m);
  const exchanges: Exchange[] = [];
  for (let at = 1; at < parts.length; at += 2) {
    const [, language, text = ''] = /^(\w*)\n([\s\S]*)$/.exec(parts[at] ?? '') ?? [];
    const title = (parts[at - 1] ?? '').trim().split('\n').at(-1) ?? '';
    const last = exchanges.at(-1);
    if (language === 'sh') exchanges.push({ title, commands: text, answer: null });
    else if (last) last.answer = text;
  }
  return exchanges;
}

/** A pattern for what a page shows: every character as it stands, and `…` for anything within a line. */
export function asShown(answer: string): RegExp {
  const literal = answer.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('…', '.*')}$`);
}

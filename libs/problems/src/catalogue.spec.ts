import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE, PROBLEM_CODES, problemSlug } from './catalogue.js';

const page = readFileSync(join(import.meta.dirname, '../../../docs/problems.md'), 'utf8');
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
);

describe('the catalogue', () => {
  it('has the same codes as docs/problems.md, in the same order', () => {
    expect([...sections.keys()]).toEqual(PROBLEM_CODES);
  });

  it.each(PROBLEM_CODES)('says of %s what docs/problems.md says', (code) => {
    const { status, title, meaning, remedy } = CATALOGUE[code];
    expect(sections.get(code)?.trim()).toBe(`${code}\n\n${status} · ${title}\n\n${meaning} ${remedy}`);
  });

  it.each(PROBLEM_CODES)('has whole sentences for %s, and an error status', (code) => {
    const { status, meaning, remedy } = CATALOGUE[code];
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    for (const sentence of [meaning, remedy]) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });

  it('gives every code a page of its own', () => {
    expect(new Set(PROBLEM_CODES.map(problemSlug)).size).toBe(PROBLEM_CODES.length);
    expect(problemSlug('METHOD_NOT_ALLOWED')).toBe('method-not-allowed');
  });
});

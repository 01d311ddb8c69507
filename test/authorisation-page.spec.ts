import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asLine, pageRows } from './e2e/authorisation/page-rows.js';
import { POLICY } from './e2e/authorisation/policy.js';

const page = readFileSync(join(import.meta.dirname, '../docs/authorisation.md'), 'utf8');

describe('the page about who may do what', () => {
  it('says of every operation what the policy says, line by line', () => {
    const lines = [...page.matchAll(/^\| (`[A-Z]+ .*?)\|$/gm)].map(([, cells = '']) =>
      asLine(cells.split('|').map((cell) => cell.trim())),
    );
    expect(lines).toEqual(pageRows(POLICY).map(asLine));
  });
});

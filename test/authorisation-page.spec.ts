import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asLine, pageRows } from './e2e/authorisation/page-rows.js';
import { POLICY } from './e2e/authorisation/policy.js';

const page = readFileSync(join(import.meta.dirname, '../docs/authorisation.md'), 'utf8');

describe('the page about who may do what', () => {
  const said = [...page.matchAll(/^\| (`[A-Z]+ .*?)\|$/gm)].map(([, cells = '']) =>
    asLine(cells.split('|').map((cell) => cell.trim())),
  );
  const meant = pageRows(POLICY).map(asLine);

  it('says of every operation what the policy says', () => {
    const missing = meant.filter((line) => !said.includes(line)).map((line) => `+ ${line}`);
    const wrong = said.filter((line) => !meant.includes(line)).map((line) => `- ${line}`);
    if (missing.length + wrong.length === 0) return;
    throw new Error(['docs/authorisation.md lacks (+) or has wrongly (-):', ...missing, ...wrong].join('\n'));
  });

  it('keeps the order of the policy, each line once', () => {
    expect(said).toEqual(meant);
  });
});

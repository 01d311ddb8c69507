import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { envSchema } from '../apps/api/src/config/env.js';
import { envExample } from './tidy/env-example.js';
import { HABITS } from './tidy/habits.js';
import { deadLinks } from './tidy/links.js';
import { readTree, ROOT } from './tidy/tree.js';

/** For each habit, files that break it. A habit without one would pass on anything. */
const BROKEN: Record<keyof typeof HABITS, [path: string, text: string][]> = {
  'names say what is inside': [
    ['apps/api/src/keys/key-utils.ts', ''],
    ['apps/api/src/common/pipe.ts', ''],
    ['libs/domain/src/data.ts', ''],
  ],
  'source files are kebab-case': [['libs/domain/src/keyFormat.ts', '']],
  'a note for later names its issue': [['libs/domain/src/a.ts', `// ${['TO', 'DO'].join('')}: think`]],
  'history is kept by git, not by comments': [
    ['libs/domain/src/a.ts', '  // const key = parse(text);'],
    ['libs/domain/src/a.ts', '// if (key) {'],
    ['libs/domain/src/a.ts', '// audit.record(manager, entry);'],
    ['libs/domain/src/a.ts', '// }'],
  ],
  'time and chance are arguments': [
    ['libs/domain/src/a.ts', 'const now = Date.now();'],
    ['apps/api/src/keys/a.ts', 'const at = new Date();'],
    ['apps/api/src/keys/a.spec.ts', 'const jitter = Math.random();'],
  ],
  'tests move the clock instead of sleeping': [
    ['apps/api/src/keys/a.spec.ts', 'await new Promise((done) => setTimeout(done, 50));'],
    ['test/e2e/keys/a.e2e-spec.ts', "import { setTimeout } from 'node:timers/promises';"],
  ],
  'every test runs': [['apps/api/src/keys/a.spec.ts', "  it.only('works', () => {"]],
  'nothing is said about the machine it was written on': [
    ['docs/a.md', 'cd /home/someone/akm'],
    ['.ci/run', 'npm ci --registry https://registry.example.com'],
  ],
  'acronyms are written as words': [
    ['libs/domain/src/a.ts', 'export class APIKey {'],
    ['libs/domain/src/a.ts', 'interface KeyDTO {'],
  ],
  'a file fits in the head': [['libs/domain/src/a.ts', 'x;\n'.repeat(251)]],
  'a page opens with the question it answers': [['docs/a.md', '# Backups\n\nBackups are made by hand.\n']],
};

describe('the repository', () => {
  const tree = readTree();

  it('sees its own files', () => {
    expect(tree.map(({ path }) => path)).toEqual(expect.arrayContaining(['package.json', 'libs/domain/src/clock.ts']));
  });

  describe.each(Object.entries(HABITS))('%s', (name, habit) => {
    it('holds everywhere', () => {
      expect(tree.flatMap((file) => habit(file).map((fault) => `${file.path}: ${fault}`))).toEqual([]);
    });

    it.each(BROKEN[name as keyof typeof HABITS])('would be noticed broken in %s', (path, text) => {
      expect(habit({ path, text })).not.toEqual([]);
    });
  });

  it('runs the endpoint tests of every folder that has some', () => {
    const paths = tree.map(({ path }) => path);
    const rooms = paths.filter((path) => path.endsWith('.e2e-spec.ts')).map((path) => `${dirname(path)}/room.e2e.ts`);
    expect([...new Set(rooms)].filter((room) => !paths.includes(room))).toEqual([]);
  });

  it('has no link that leads nowhere', () => {
    const pages = tree.filter(({ path }) => path.endsWith('.md'));
    expect(pages.flatMap((page) => deadLinks(page).map((link) => `${page.path}: ${link}`))).toEqual([]);
  });

  it('would notice a link that leads nowhere', () => {
    const text = '[a](nowhere.md) [b](package.json) [c](#no-such-heading) [d](https://example.com/x)\n\n# Heading';
    expect(deadLinks({ path: 'README.md', text })).toEqual(['nowhere.md', '#no-such-heading']);
  });

  it('documents every environment variable with its meaning and default in .env.example', () => {
    expect(readFileSync(join(ROOT, '.env.example'), 'utf8')).toBe(envExample(envSchema));
  });
});

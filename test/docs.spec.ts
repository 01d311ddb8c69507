import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { envSchema } from '../apps/api/src/config/env.js';
import { ALL_COLUMNS } from '../apps/api/src/encryption/sealed-columns.js';
import { EVENT_TYPES } from '../apps/api/src/events/event-type.js';
import { ROOT } from './tidy/tree.js';

const pages = () => readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
const page = (name: string) => readFileSync(join(ROOT, 'docs', name), 'utf8');

describe('docs/architecture.md', () => {
  it('draws the floors of the dependency rule', () => {
    const drawing = /```mermaid\n([\s\S]*?)```/.exec(page('architecture.md'))?.[1] ?? '';
    const labels = new Map(
      [...drawing.matchAll(/(\w+)\["(.*?)"\]/g)].map(([, node = '', label = '']) => [node, label]),
    );
    const below = new Map([...drawing.matchAll(/^ +(\w+).*--> (\w+)/gm)].map(([, from = '', to = '']) => [from, to]));
    const drawn: string[][] = [];
    for (let node = below.get('roof'); node !== undefined && node !== 'libs'; node = below.get(node)) {
      drawn.unshift((labels.get(node) ?? '').split(' · '));
    }
    expect(drawn).toEqual(floors());
  });

  it('says of every room, and of no other, what it answers for', () => {
    const rooms = readdirSync(join(ROOT, 'apps/api/src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const described = tableAfter(page('architecture.md'), '## What is in which room?').map(([room = '']) => room);
    expect(described).toEqual(rooms.map(({ name }) => `\`${name}\``).sort());
  });
});

describe('docs/operations.md', () => {
  it('lists every setting with its default and its meaning', () => {
    const defaults = envSchema.parse({}) as Record<string, string | number | boolean | string[] | undefined>;
    const settings = Object.entries(envSchema.shape).map(([name, { description }]) => {
      const value = String(defaults[name] ?? '');
      return [`\`${name}\``, value && `\`${value}\``, description ?? ''];
    });
    expect(tableAfter(page('operations.md'), '## What can I set?')).toEqual(settings);
  });
});

describe('docker-compose.yml', () => {
  const { services } = load(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8')) as {
    services: { api: { environment: Record<string, string> } };
  };
  const image = [...readFileSync(join(ROOT, 'Dockerfile'), 'utf8').matchAll(/^ENV (.*)$/gm)]
    .flatMap(([, pairs = '']) => pairs.split(' '))
    .map((pair) => pair.split('=')[0] ?? '');

  it('passes on every setting that the image does not set, and nothing that is none', () => {
    const passed = Object.keys(services.api.environment);
    expect(passed).toEqual(Object.keys(envSchema.shape).filter((name) => !image.includes(name)));
  });

  it('takes each of them from .env, under its own name', () => {
    const made = ['DATABASE_URL', 'REDIS_URL'];
    const others = Object.entries(services.api.environment).filter(([name]) => !made.includes(name));
    expect(others.filter(([name, value]) => !value.startsWith(`\${${name}:`))).toEqual([]);
  });
});

describe('docs/master-key.md', () => {
  it('says of every sealed column, and of no other, what it holds', () => {
    const [, section = ''] = page('master-key.md').split('## What is sealed?');
    const listed = [...section.matchAll(/^- `([\w.]+)`:/gm)].map(([, column]) => column);
    expect(listed.sort()).toEqual(ALL_COLUMNS.map(({ table, column }) => `${table}.${column}`).sort());
  });
});

describe('docs/webhooks.md', () => {
  it('explains every event there is, in the table and with an example, and no other', () => {
    const rows = [...page('webhooks.md').matchAll(/^\| \[`([\w.]+)`\]/gm)].map(([, type]) => type);
    const headings = [...page('webhooks.md').matchAll(/^### (.*)$/gm)].map(([, type]) => type);
    expect([rows, headings]).toEqual([[...EVENT_TYPES], [...EVENT_TYPES]]);
  });

  it('shows each event as it is sent', () => {
    const examples = [...page('webhooks.md').matchAll(/^```json\n([\s\S]*?)^```/gm)].map(
      ([, json = '']) => JSON.parse(json) as Record<string, unknown>,
    );
    expect(examples.map(({ type }) => type)).toEqual([...EVENT_TYPES]);
    expect(examples.filter((example) => Object.keys(example).join() !== 'type,timestamp,data')).toEqual([]);
  });
});

describe('docs/README.md', () => {
  it('leads to every page', () => {
    const others = pages().filter((name) => name !== 'README.md');
    expect(others.filter((name) => !page('README.md').includes(`](${name})`))).toEqual([]);
  });
});

describe('the pages', () => {
  it('name no file of the repository that is not there', () => {
    const named = pages().flatMap((name) =>
      [...page(name).matchAll(/`((?:apps|libs|test|docs)[\w./-]*\/[\w./-]+)`/g)].map(([, path = '']) => path),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

/** The rooms of each floor from the ground up: those whose rules let them import the same rooms. */
function floors(): string[][] {
  const { forbidden } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
    forbidden: { name: string; comment?: string }[];
  };
  const found = new Map<string, string[]>();
  for (const { name, comment = '' } of forbidden) {
    const room = /^room-(.*)-points-down$/.exec(name)?.[1];
    const [, below = ''] = comment.split(': ');
    if (room !== undefined) found.set(below, [...(found.get(below) ?? []), room]);
  }
  return [...found.values()];
}

/** The cells of the first table after a heading, without its head. */
function tableAfter(text: string, heading: string): string[][] {
  const rows =
    /\n\|[\s\S]*?\n(?!\|)/
      .exec(text.slice(text.indexOf(heading)))?.[0]
      .trim()
      .split('\n') ?? [];
  return rows.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

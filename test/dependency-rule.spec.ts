import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** One file, planted in a copy of the tree, and what it imports. */
interface Planted {
  rule: string;
  file: string;
  imports: string;
  /** What the imported file imports in its turn. */
  back?: string;
}

interface Cruise {
  summary: { violations: { from: string; rule: { name: string } }[] };
}

const ROOT = join(import.meta.dirname, '..');
const TREE = ['apps', 'libs', 'test', 'package.json', 'tsconfig.json', '.dependency-cruiser.cjs'];

const room = (name: string, imports: string): Planted => ({
  rule: `room-${name}-points-down`,
  file: `apps/api/src/${name}/planted.ts`,
  imports,
});

const FORBIDDEN: Planted[] = [
  { rule: 'domain-imports-itself-and-crypto', file: 'libs/domain/src/planted-nest.ts', imports: '@nestjs/common' },
  { rule: 'domain-imports-itself-and-crypto', file: 'libs/domain/src/planted-fs.ts', imports: 'node:fs' },
  { rule: 'domain-imports-itself-and-crypto', file: 'libs/domain/src/planted-problem.ts', imports: '#problems' },
  { rule: 'problems-imports-nest', file: 'libs/problems/src/planted.ts', imports: '#domain' },
  { rule: 'guards-imports-domain-problems-nest', file: 'libs/guards/src/planted.ts', imports: 'pino' },
  {
    rule: 'lib-imports-no-app',
    file: 'libs/guards/src/planted-app.ts',
    imports: '../../../apps/api/src/keys/below.js',
  },
  { rule: 'lib-imports-no-typeorm', file: 'libs/guards/src/planted-typeorm.spec.ts', imports: 'typeorm' },
  { rule: 'lib-imports-no-typeorm', file: 'libs/problems/src/planted-nest-typeorm.ts', imports: '@nestjs/typeorm' },
  {
    rule: 'lib-is-entered-by-its-door',
    file: 'apps/api/src/keys/planted-window.ts',
    imports: '../../../../libs/domain/src/clock.js',
  },
  {
    rule: 'lib-is-entered-by-its-door',
    file: 'libs/guards/src/planted-window.ts',
    imports: '../../domain/src/clock.js',
  },
  { rule: 'door-is-entered-by-its-sign', file: 'test/support/planted.ts', imports: '../../libs/domain/src/index.js' },
  { rule: 'own-door-is-for-others', file: 'libs/domain/src/planted-door.ts', imports: './index.js' },
  { rule: 'own-door-is-for-others', file: 'libs/domain/src/planted-sign.ts', imports: '#domain' },
  { rule: 'own-door-is-for-others', file: 'libs/guards/src/planted-testing.ts', imports: './testing/index.js' },
  room('config', '../http/below.js'),
  room('tables', '../config/below.js'),
  room('metrics', '../database/below.js'),
  room('geo', '../metrics/below.js'),
  room('http', '../database/below.js'),
  room('database', '../audit/below.js'),
  room('jobs', '../usage/below.js'),
  room('erasure', '../audit/below.js'),
  room('log-tree', '../audit/below.js'),
  room('access', '../jobs/below.js'),
  room('audit', '../auth/below.js'),
  room('events', '../auth/below.js'),
  room('usage', '../audit/below.js'),
  room('rate-limit', '../keys/below.js'),
  room('encryption', '../audit/below.js'),
  room('change-feed', '../events/below.js'),
  room('idempotency', '../auth/below.js'),
  room('auth', '../keys/below.js'),
  room('keys', '../rotation/below.js'),
  room('rotation', '../anomaly/below.js'),
  room('webhooks', '../rotation/below.js'),
  room('anomaly', '../insights/below.js'),
  room('health', '../insights/below.js'),
  room('insights', '../console/below.js'),
  room('console', '../attic/below.js'),
  { rule: 'room-has-a-floor', file: 'apps/api/src/attic/planted.ts', imports: '../config/below.js' },
  {
    rule: 'webhooks-folders-point-down',
    file: 'apps/api/src/webhooks/sending/planted.ts',
    imports: '../endpoints/below.js',
  },
  {
    rule: 'webhooks-folders-point-down',
    file: 'apps/api/src/webhooks/endpoints/planted.ts',
    imports: '../deliveries/below.js',
  },
  { rule: 'nothing-imports-the-roof', file: 'apps/api/src/console/planted-roof.ts', imports: '../app.module.js' },
  {
    rule: 'nothing-imports-the-roof',
    file: 'apps/api/src/database/planted-roof.ts',
    imports: '../../../../ormconfig.js',
  },
  {
    rule: 'entity-names-foreign-rows-by-id',
    file: 'apps/api/src/keys/planted.entity.ts',
    imports: '../auth/below.entity.js',
  },
  {
    rule: 'product-imports-no-test',
    file: 'apps/api/src/keys/planted-test.ts',
    imports: '../../../../test/support/below.js',
  },
  { rule: 'product-imports-no-test', file: 'apps/api/src/keys/planted-spec.ts', imports: './below.spec.js' },
  { rule: 'product-imports-no-dev-dependency', file: 'apps/api/src/keys/planted-dev.ts', imports: 'fast-check' },
  { rule: 'package-is-declared', file: 'apps/api/src/keys/planted-undeclared.ts', imports: 'avvio' },
  { rule: 'import-resolves', file: 'apps/api/src/keys/planted-typo.ts', imports: '#donain' },
  { rule: 'no-cycle', file: 'apps/api/src/keys/planted-egg.ts', imports: './planted-hen.js', back: './planted-egg.js' },
];

const ALLOWED: Omit<Planted, 'rule'>[] = [
  { file: 'libs/domain/src/welcome.ts', imports: 'node:crypto' },
  { file: 'libs/domain/src/welcome.spec.ts', imports: 'fast-check' },
  { file: 'libs/problems/src/welcome.ts', imports: '@nestjs/common' },
  { file: 'libs/guards/src/welcome.ts', imports: '#domain' },
  { file: 'apps/api/src/console/welcome.ts', imports: '../anomaly/below.js' },
  { file: 'apps/api/src/webhooks/deliveries/welcome.ts', imports: '../endpoints/below.js' },
  { file: 'apps/api/src/rotation/welcome.ts', imports: '../keys/below.js' },
  { file: 'apps/api/src/keys/welcome.ts', imports: '../audit/below.js' },
  { file: 'apps/api/src/auth/welcome.ts', imports: '#domain' },
  { file: 'apps/api/src/welcome.ts', imports: './console/below.js' },
  { file: 'test/support/welcome.ts', imports: '../../apps/api/src/keys/below.js' },
];

describe('the dependency rule', () => {
  let copy: string;
  let planted: Cruise['summary']['violations'];

  beforeAll(async () => {
    copy = mkdtempSync(join(tmpdir(), 'akm-dependency-rule-'));
    for (const name of TREE) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    for (const each of [...FORBIDDEN, ...ALLOWED]) plant(copy, each);
    planted = await cruise(copy);
  }, 60_000);

  afterAll(() => {
    rmSync(copy, { recursive: true, force: true });
  });

  it('has a planted import for every rule', () => {
    const { forbidden } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
      forbidden: { name: string }[];
    };
    expect([...new Set(FORBIDDEN.map(({ rule }) => rule))].sort()).toEqual(forbidden.map(({ name }) => name).sort());
  });

  it.each(FORBIDDEN)('$rule refuses $imports in $file', ({ rule, file }) => {
    expect(planted.filter(({ from }) => from === file).map((violation) => violation.rule.name)).toContain(rule);
  });

  it.each(ALLOWED)('lets $file import $imports', ({ file }) => {
    expect(planted.filter(({ from }) => from === file)).toEqual([]);
  });

  it('finds nothing to complain about in the rest of the tree', () => {
    const ours = new Set(FORBIDDEN.map(({ file }) => file));
    expect(planted.filter(({ from }) => !ours.has(from))).toEqual([]);
  });
});

/** Writes the importing file, and the imported one where the tree does not have it yet. */
function plant(root: string, { file, imports, back }: Omit<Planted, 'rule'>): void {
  write(join(root, file), `import '${imports}';\n`);
  if (!imports.startsWith('.')) return;
  const target = join(root, dirname(file), imports.replace(/\.js$/, '.ts'));
  if (!existsSync(target)) write(target, back ? `import '${back}';\n` : 'export {};\n');
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function cruise(root: string): Promise<Cruise['summary']['violations']> {
  const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [program, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'apps', 'libs', 'test'];
  return new Promise((resolve, reject) => {
    // The exit code is the number of violations, so only an unreadable answer is a failure of the run itself.
    execFile(process.execPath, args, { cwd: root, maxBuffer: 64 << 20 }, (_, stdout, stderr) => {
      try {
        resolve((JSON.parse(stdout) as Cruise).summary.violations);
      } catch {
        reject(new Error(`dependency-cruiser gave no answer: ${stderr}`));
      }
    });
  });
}

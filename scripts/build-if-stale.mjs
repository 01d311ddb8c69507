// Runs `npm run build` when a source is newer than dist, and otherwise costs a few milliseconds: what `npm start` and
// `npm test` begin with, so that nobody runs yesterday's code.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = [
  'apps',
  'libs',
  'ormconfig.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'nest-cli.json',
  'scripts/after-build.mjs',
];

// after-build.mjs writes it last, so half a build does not count.
const builtMs = statSync(join(root, 'dist/.built'), { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (SOURCES.some((source) => isNewer(join(root, source)))) {
  const { status } = spawnSync('npm', ['run', 'build'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** A folder is newer when a file was added to it or taken from it. */
function isNewer(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (stat.mtimeMs > builtMs) return true;
  if (!stat.isDirectory()) return false;
  return readdirSync(path, { withFileTypes: true }).some((entry) =>
    entry.isDirectory() ? isNewer(join(path, entry.name)) : isSource(entry.name) && isNewer(join(path, entry.name)),
  );
}

function isSource(name) {
  return !/\.spec\.tsx?$/.test(name);
}

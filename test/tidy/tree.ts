import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** A file of the repository, its path relative to the root with `/` between names. */
export interface TreeFile {
  path: string;
  text: string;
}

export const ROOT = join(import.meta.dirname, '../..');

const NOT_OURS = new Set(['.git', 'node_modules', 'dist', 'data', 'coverage', '.env', 'package-lock.json']);
const NOT_WRITTEN = new Set(['bench/results', 'test/vectors']);
const TEXT = new Set([
  '.ts',
  '.tsx',
  '.mjs',
  '.cjs',
  '.js',
  '.json',
  '.md',
  '.yml',
  '.sh',
  '.sql',
  '.css',
  '.html',
  '',
]);

/** Every text file that is ours: what git would track, also where there is no git. */
export function readTree(): TreeFile[] {
  return filesIn('').map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (NOT_OURS.has(path) || NOT_WRITTEN.has(path)) return [];
    if (entry.isDirectory()) return filesIn(path);
    return TEXT.has(extname(entry.name)) || entry.name.startsWith('.env') ? [path] : [];
  });
}

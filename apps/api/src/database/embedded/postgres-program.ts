import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * PostgreSQL, compiled. Once for all threads of a process: it takes as much as everything else about an opening, and
 * what runs often is compiled again and better meanwhile, which the next thread then finds done.
 */
export function postgresProgram(): Promise<WebAssembly.Module> {
  program ??= readFile(FILE).then((bytes) => WebAssembly.compile(bytes));
  return program;
}

let program: Promise<WebAssembly.Module> | undefined;

/** Beside the package's entry, which is all that it lets anybody resolve. */
const FILE = join(dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite')), 'pglite.wasm');

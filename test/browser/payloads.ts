import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vectors } from '../support/vectors.js';

/** The collection of texts that run as a script wherever a page forgets to escape them. */
export const PAYLOADS = 'payloads';

/** Some 2,400 of them, as lists for intruders have them. */
export function readPayloads(): string[] {
  const folder = join(vectors(PAYLOADS), 'XSS Injection', 'Intruders');
  const lines = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').split(/\r?\n/));
  // What no field takes is refused when it is stored, which other tests show.
  return [...new Set(lines.map((line) => line.trim()))].filter((line) => line !== '' && !/[\p{Cc}\ufffd]/u.test(line));
}

export function everyNth<Item>(items: readonly Item[], n: number): Item[] {
  return items.filter((_, at) => at % n === 0);
}

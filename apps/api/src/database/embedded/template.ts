import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BUILT = fileURLToPath(new URL('./template.tar.gz', import.meta.url));

/** The template that the build puts beside this file; null when running from sources, where initdb does its work. */
export function builtTemplate(): string | null {
  return existsSync(BUILT) ? BUILT : null;
}

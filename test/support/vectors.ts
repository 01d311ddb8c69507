import { existsSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../../shared/vectors');

/** The path of a published collection of test vectors, which is kept beside the repository and not in it. */
export function vectors(collection: string): string {
  return join(FOLDER, collection);
}

/**
 * Runs a suite where the collection is there. Where it is not, the suite is not even collected, since it would read the
 * collection, and one skipped test stands for it in the report of the run.
 */
export function describeWithVectors(collection: string): (title: string, suite: () => void) => void {
  if (existsSync(vectors(collection))) return describe;
  return (title) => {
    it.skip(`${title}: there is no folder of the published ${collection} beside the repository`, () => undefined);
  };
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../../shared/vectors');

/** The path of a published collection of test vectors, which is kept beside the repository and not in it. */
export function vectors(collection: string): string {
  return join(FOLDER, collection);
}

/** Runs a suite where the collection is there; where it is not, the report of the run names what was left out. */
export function describeWithVectors(collection: string): jest.Describe {
  return existsSync(vectors(collection)) ? describe : describe.skip;
}

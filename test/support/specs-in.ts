import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * Runs the endpoint tests of a folder as one file of tests. Jest loads the application and all its packages anew for each
 * of its files, which takes two to five seconds of a core: more than most endpoints take to be tested.
 */
export function specsIn(folder: string): void {
  const load = createRequire(join(folder, 'room.ts'));
  for (const name of readdirSync(folder).filter((each) => SPEC.test(each))) {
    describe(name.replace(SPEC, ''), () => {
      load(`./${name}`);
    });
  }
}

const SPEC = /\.e2e-spec\.tsx?$/;

import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * Runs the endpoint tests of a folder as one file of tests. Jest loads the application and all its packages anew for each
 * of its files, which takes two to five seconds of a core: more than most endpoints take to be tested.
 * @param ownDatabase those that bring the database they need, and that TEST_DATABASE_URL changes nothing for: they run
 * where there is none, and are not run again where there is. Jest leaves out rooms in which all do: see its configuration.
 */
export function specsIn(folder: string, { ownDatabase = [] }: { ownDatabase?: readonly string[] } = {}): void {
  const load = createRequire(join(folder, 'room.ts'));
  const all = readdirSync(folder).filter((each) => SPEC.test(each));
  const nowhere = ownDatabase.filter((name) => !all.includes(`${name}.e2e-spec.ts`));
  if (nowhere.length > 0) throw new Error(`There is no ${nowhere.join()} in ${folder}`);
  for (const file of all) {
    const name = file.replace(SPEC, '');
    if (process.env.TEST_DATABASE_URL && ownDatabase.includes(name)) continue;
    describe(name, () => {
      load(`./${file}`);
    });
  }
}

const SPEC = /\.e2e-spec\.tsx?$/;

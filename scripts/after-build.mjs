// The last step of `npm run build`: the files of the console as they are, the database that a first start unpacks, and
// the mark that says the build is whole.
import { cpSync, writeFileSync } from 'node:fs';
import { createTemplate } from '../dist/apps/api/src/database/embedded/create-template.js';

const root = new URL('..', import.meta.url);
const assets = 'apps/api/src/console/assets/';
for (const name of ['console.css', 'console.js', 'icon.svg'])
  cpSync(new URL(assets + name, root), new URL(`dist/${assets}${name}`, root));
await createTemplate(new URL('dist/apps/api/src/database/embedded/template.tar.gz', root).pathname, 'gzip');
writeFileSync(new URL('dist/.built', root), '');

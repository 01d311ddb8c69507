// The last step of `npm run build`: the database that a first start unpacks, and the mark that says the build is whole.
import { writeFileSync } from 'node:fs';
import { createTemplate } from '../dist/apps/api/src/database/embedded/create-template.js';

const root = new URL('..', import.meta.url);
await createTemplate(new URL('dist/apps/api/src/database/embedded/template.tar.gz', root).pathname, 'gzip');
writeFileSync(new URL('dist/.built', root), '');

/**
 * Drives the product with secrets that are known, and looks for each of them everywhere it could have been left.
 *
 *     npm run planted-secrets                                   the embedded database
 *     npm run planted-secrets -- --database-url postgres://…    a server; the database should be an empty one
 *     npm run planted-secrets -- --also FOLDER                  and in the files of a folder, such as the server's own
 *
 * Passwords, tokens, keys and the secrets of the configuration go where they belong and where people put them by
 * mistake. The server is killed, started again and stopped; then each half of each secret is looked for, in twelve ways
 * of writing it down, in every answer that was not made to show it, the log at level trace, the process environment, the
 * spool, the rows of all tables, the files of the database with their write-ahead log, a dump, Redis and what webhooks
 * were told. Not looked for: what PostgreSQL has compressed on the disk (values beyond two kilobytes; the rows have them),
 * and passwords sent as the name of a field, which is quoted to whoever sent it when no such field is known.
 * Ends with "N passed, N failed, N skipped", one for each place; the exit code is 1 when a secret was found.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hasRedis } from '../support/redis-process.js';
import { FORM_COUNT } from './secrets/forms.js';
import { type Place } from './secrets/places.js';
import { Planted } from './secrets/planted.js';
import { run } from './secrets/run.js';
import { type Finding, Search } from './secrets/search.js';

const FINDINGS_SHOWN = 10;
const SECRETS_MIN = 200;

const { values } = parseArgs({
  options: { 'database-url': { type: 'string' }, also: { type: 'string', multiple: true, default: [] } },
});
const databaseUrl = values['database-url'] ?? null;
const planted = new Planted();
const dataDir = mkdtempSync(join(tmpdir(), 'akm-planted-'));
let passed = 0;
let failed = 0;
let skipped = 0;

const places = await run({ planted, databaseUrl, dataDir, also: values.also });
const { secrets } = planted;
const search = new Search(secrets);
console.log(`${secrets.length} secrets: ${[...planted.kinds].map(([kind, count]) => `${count} ${kind}`).join(', ')}`);
if (secrets.length < SECRETS_MIN) complain(`there should be at least ${SECRETS_MIN} secrets`);
for (const place of places) look(place);
if (!hasRedis) skip('Redis: there is no redis-server on this machine');
if (failed === 0) rmSync(dataDir, { recursive: true });
else console.log(`the data: ${dataDir}`);
console.log(
  `${places.length} places x ${FORM_COUNT} forms x ${secrets.length} secrets, each in two halves: ${search.needles} different texts`,
);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;

function look({ name, parts, mark, holds }: Place): void {
  const megabytes = parts.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6;
  const line = `${name}: ${parts.length} parts, ${megabytes.toFixed(2)} MB`;
  if (!parts.some(({ bytes }) => bytes.includes(mark))) {
    complain(`${line}: there is no "${mark}" in it, so this is not what it should be`);
    return;
  }
  const findings = parts.flatMap((part) =>
    search
      .in(part.bytes)
      .filter(({ secret }) => !holds?.test(secret.kind))
      .map((finding) => describe(part.name, part.bytes, finding)),
  );
  if (findings.length > 0) complain(`${line}: ${findings.length} FINDINGS`, findings);
  else {
    passed++;
    console.log(`${line}: clean`);
  }
}

function describe(part: string, bytes: Buffer, { secret, form, at }: Finding): string {
  const before = bytes.toString('latin1', Math.max(0, at - 80), at).replace(/[^ -~]+/g, ' ');
  return `${secret.kind}, ${form}, in ${part} at byte ${at}, after: ${before}`;
}

function complain(line: string, details: readonly string[] = []): void {
  failed++;
  console.log(line);
  for (const detail of details.slice(0, FINDINGS_SHOWN)) console.log(`    ${detail}`);
}

function skip(line: string): void {
  skipped++;
  console.log(`skipped ${line}`);
}

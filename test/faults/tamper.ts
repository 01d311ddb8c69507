/**
 * Tampers with a log again and again and looks whether it is found, and the first bad entry named; and kills a server
 * again and again and looks whether its log is ever blamed for it.
 *
 *     npm run tamper                                            10,000 tamperings of a log of 100,000 entries
 *     npm run tamper -- --tamperings 0 --kills 500              500 kill -9 on the embedded database
 *     npm run tamper -- --kills 500 --database-url postgres://…  on a server; the database should be an empty one
 *
 * The tampered log is in memory, written and read by the code of the product; each tampering is done on a copy, and all
 * of the copy is read by the verifier, with the newest checkpoint kept outside. Leaves of entries that were not touched
 * are remembered from the first reading; the tree over them is computed anew each time. In a kill history the server is
 * killed while keys are made and used, and the next start, which must not be sealed, verifies everything there is.
 * Ends with "N passed, N failed, N skipped"; the exit code is 1 when something failed.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { killHistories } from './tamper/kill-histories.js';
import { TamperedLog } from './tamper/tampered-log.js';

const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '100000' },
    tamperings: { type: 'string', default: '10000' },
    kills: { type: 'string', default: '0' },
    seed: { type: 'string', default: String(randomBytes(4).readUInt32LE()) },
    'database-url': { type: 'string' },
  },
});
const seed = Number(values.seed);
let passed = 0;
let failed = 0;

if (Number(values.tamperings) > 0) tamper(Number(values.entries), Number(values.tamperings));
for await (const { alarm, line } of killHistories(Number(values.kills), seed, values['database-url'] ?? null)) {
  if (alarm) failed++;
  else passed++;
  console.log(line);
}
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed === 0 ? 0 : 1;

function tamper(entries: number, tamperings: number): void {
  console.log(`${tamperings} tamperings of ${entries} entries, seed ${seed}`);
  const log = new TamperedLog(entries, seed);
  const { faults } = log.untouched();
  if (faults.length > 0) console.log(`false alarm: ${JSON.stringify(faults[0])}`);
  failed += faults.length;
  const counts = new Map<string, { done: number; found: number; named: number }>();
  const started = performance.now();
  for (let done = 1; done <= tamperings; done++) {
    const { tampering, isFound, isNamedRight, story } = log.try();
    const count = counts.get(tampering) ?? { done: 0, found: 0, named: 0 };
    counts.set(tampering, {
      done: count.done + 1,
      found: count.found + Number(isFound),
      named: count.named + Number(isNamedRight),
    });
    if (isFound && isNamedRight) passed++;
    else failed++;
    if (!isFound || !isNamedRight) console.log(`FAULT ${story}`);
    if (done % 500 === 0) console.log(`${done} done, ${Math.round((performance.now() - started) / done)} ms each`);
  }
  for (const [tampering, { done, found, named }] of counts)
    console.log(`${String(done).padStart(6)} ${tampering}: ${found} found, ${named} named right`);
}

// Prints how many bytes of heap ten thousand turns of the wire protocol leave behind, each. Run with --expose-gc.
import { openPglite } from '../../../apps/api/src/database/embedded/open-pglite.mjs';

const TURNS = 10_000;

const text = Buffer.from("SELECT 'an answer of some length', 1\0");
const query = Buffer.alloc(5 + text.length);
query.write('Q');
query.writeInt32BE(4 + text.length, 1);
text.copy(query, 5);

const server = await openPglite({ mode: 'memory', pgdata: null, template: null });
await turns(1000);
const before = heapUsed();
await turns(TURNS);
process.stdout.write(String((heapUsed() - before) / TURNS));
process.exit(0);

/** @param {number} count */
async function turns(count) {
  for (let turn = 0; turn < count; turn++) await server.turn(query);
}

function heapUsed() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

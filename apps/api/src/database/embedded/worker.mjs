// @ts-check
// The thread that holds the embedded PostgreSQL. Plain JavaScript, because a worker is started from a file on disk and
// must be the same file for `dist` and for tests that run from TypeScript; the types are checked by tsc all the same.
import { inspect } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { openPglite } from './open-pglite.mjs';

/**
 * @import { WorkerReply, WorkerRequest, WorkerStart } from './worker-messages.js'
 */

if (parentPort === null) throw new Error('worker.mjs runs in a worker thread');
const port = parentPort;
const server = await openPglite(/** @type {WorkerStart} */ (workerData));

/** @param {WorkerReply} message @param {ArrayBuffer[]} [transfer] */
const reply = (message, transfer = []) => port.postMessage(message, transfer);

port.on('message', (/** @type {WorkerRequest} */ request) => {
  answer(request).catch((error) => {
    reply({ kind: 'fatal', message: inspect(error) });
    port.close();
  });
});
reply({ kind: 'ready' });

/** @param {WorkerRequest} request */
async function answer(request) {
  switch (request.kind) {
    case 'turn': {
      const bytes = await server.turn(request.bytes);
      reply({ kind: 'bytes', id: request.id, bytes }, [bytes.buffer]);
      return;
    }
    case 'dump': {
      const bytes = await server.dump(request.compression);
      reply({ kind: 'bytes', id: request.id, bytes }, [bytes.buffer]);
      return;
    }
    case 'fsyncs':
      reply({ kind: 'count', id: request.id, count: server.fsyncs() });
      return;
    case 'close':
      await server.close();
      reply({ kind: 'closed', id: request.id });
      port.close();
  }
}

// A thread that answers as the product's does, without what it needs: workers are started from files, and tests run from
// TypeScript.
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', (request) => {
  if (request === null) {
    parentPort?.close();
    return;
  }
  const { id, task, args } = request;
  if (task === 'die') throw new Error('it died');
  if (task === 'fail') parentPort?.postMessage({ id, error: { name: 'Error', message: `${args[0]} failed` } });
  if (task === 'add') parentPort?.postMessage({ id, result: args[0] + args[1] });
});

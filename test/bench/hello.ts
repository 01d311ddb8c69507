/** The two servers everything else is compared with: `node hello.js http` and `node hello.js fastify`. Prints its port. */
import { executionAsyncResource } from 'node:async_hooks';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { fastify } from 'fastify';

// What main.ts does, for the same reason: the hellos would be slower without it, and akm would look faster.
let keptTick: object;
process.nextTick(() => (keptTick = executionAsyncResource()));
process.on('exit', () => keptTick);

const BODY = { hello: 'world' };

if (process.argv[2] === 'fastify') {
  const app = fastify();
  app.get('/', (_request, reply) => reply.send(BODY));
  await app.listen({ host: '127.0.0.1', port: 0 });
  console.log((app.server.address() as AddressInfo).port);
} else {
  const body = JSON.stringify(BODY);
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  const server = createServer((_request, response) => response.writeHead(200, headers).end(body));
  server.listen(0, '127.0.0.1', () => {
    console.log((server.address() as AddressInfo).port);
  });
}

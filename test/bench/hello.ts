/** The two servers everything else is compared with: `node hello.js http` and `node hello.js fastify`. Prints its port. */
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { fastify } from 'fastify';

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

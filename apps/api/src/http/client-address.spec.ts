import type { IncomingMessage } from 'node:http';
import { array, assert, asyncProperty, constantFrom, option } from 'fast-check';
import { fastify } from 'fastify';
import { clientAddress } from './client-address.js';
import { trustedProxies } from './trusted-proxies.js';

const PROXY = '10.0.0.1';
const hop = constantFrom(
  PROXY,
  '10.9.9.9',
  '203.0.113.7',
  '198.51.100.1',
  '::ffff:10.0.0.2',
  'unknown',
  '',
  ' ',
  '203.0.113.7:80',
);
const chain = array(hop, { maxLength: 5 }).map((hops) => hops.join(', '));

it('is what Fastify takes for the address of the client, whatever the proxies say', async () => {
  const trusts = trustedProxies(['10.0.0.0/8']);
  const server = fastify({ trustProxy: trusts });
  server.get('/', (request) => ({ ip: request.ip }));
  await assert(
    asyncProperty(constantFrom(PROXY, '203.0.113.9'), option(chain, { nil: undefined }), async (peer, forwarded) => {
      const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
      const { ip } = (await server.inject({ url: '/', remoteAddress: peer, headers })).json<{ ip: string }>();
      const request = { socket: { remoteAddress: peer }, headers } as unknown as IncomingMessage;
      expect(clientAddress(request, trusts)).toBe(ip);
    }),
  );
  await server.close();
});

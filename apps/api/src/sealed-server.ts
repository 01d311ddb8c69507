import { type FastifyInstance, fastify } from 'fastify';
import { problem, ProblemFilter } from '#problems';
import type { HttpConfig } from './config/config.js';
import { VERSION } from './config/version.js';
import { serveProblemPages } from './http/problem-page.js';
import { describeStanding, type LogStanding } from './log-tree/log-standing.js';

/**
 * What runs in place of akm while its database may not be served from. No room is open: nothing is read, written or sent.
 * It says that it lives, so that no supervisor restarts it for ever, and that it is not ready, and why.
 */
export async function startSealedServer(config: HttpConfig, standing: LogStanding): Promise<FastifyInstance> {
  const filter = new ProblemFilter();
  const server = fastify({ logger: false });
  const health = { status: 'ok', version: VERSION, service: 'akm' };
  server.get('/health', () => health);
  server.get('/healthz', () => health);
  server.get('/readyz', (_, reply) =>
    reply.code(503).send({
      status: 'error',
      details: { log: { status: 'down', standing: standing.kind, message: describeStanding(standing) } },
    }),
  );
  serveProblemPages(server);
  server.setNotFoundHandler((request, reply) => {
    filter.answer(problem('SEALED'), request, reply);
  });
  await server.listen({ host: config.host, port: config.port });
  return server;
}

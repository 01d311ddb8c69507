import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { SystemClock } from '#domain';
import { type HttpConfig } from '../config/config.js';
import { FastLane } from './fast-lane.js';
import { readFormsWhereAsked } from './form-body.js';
import { readJsonOnly } from './json-body.js';
import { MethodIndex } from './method-index.js';
import { securePage } from './page-headers.js';
import { serveProblemPages } from './problem-page.js';
import { RequestCounts } from './request-counts.js';
import { RequestGate } from './request-gate.js';
import { requestIds } from './request-id.js';
import { SERVER_LIMITS, type ServerLimits } from './server-limits.js';
import { serverOptions } from './server-options.js';
import { trustedProxies } from './trusted-proxies.js';

/**
 * The server that the application and the e2e tests run on, with everything between the socket and a route in place, so
 * that no route can be registered around it.
 */
export class HttpAdapter extends FastifyAdapter {
  readonly gate: RequestGate;
  readonly lane: FastLane;
  readonly counts = new RequestCounts();
  /** Told of every request that came by the router, once it was answered. */
  onAnswered: ((request: FastifyRequest, reply: FastifyReply) => void) | null = null;

  /** @throws Error when `config.trustProxy` has an entry that is neither an address nor a CIDR. */
  constructor(config: HttpConfig, limits: ServerLimits = SERVER_LIMITS) {
    const methods = new MethodIndex();
    const trusts = trustedProxies(config.trustProxy);
    // What is told of the time to the other end of a connection is the time there is.
    const clock = new SystemClock();
    const nameOf = requestIds(trusts, clock);
    super(serverOptions(trusts, limits, methods, nameOf));
    this.gate = new RequestGate(methods);
    const server = this.getInstance<FastifyInstance>();
    server.addHook('onRoute', ({ method, url }) => {
      methods.add(method, url);
      this.counts.expect(method, url);
    });
    server.addHook('onRequest', this.gate.check);
    server.addHook('onSend', securePage);
    server.addHook('onResponse', (request, reply, done) => {
      this.counts.count(request, reply);
      this.onAnswered?.(request, reply);
      done();
    });
    server.addHook('preClose', (done) => {
      this.lane.close();
      done();
    });
    readJsonOnly(server);
    readFormsWhereAsked(server);
    serveProblemPages(server);
    this.lane = new FastLane(nameOf, trusts, config.corsOrigins.length > 0, this.counts);
    this.lane.install(server.server, clock);
    // We have no opinion on any expectation, so the client may go ahead (RFC 9110 §10.1.1).
    server.server.on('checkExpectation', (request, response) => server.server.emit('request', request, response));
  }

  /** Nest would add a lenient JSON parser, and one for forms, through which pages of other sites could write. */
  override registerParserMiddleware(): void {
    // Bodies are read by readJsonOnly() and readFormsWhereAsked().
  }
}

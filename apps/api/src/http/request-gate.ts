import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Problem, problem } from '#problems';
import { isHostClear } from './host-header.js';
import { type MethodIndex } from './method-index.js';
import { queryFault } from './query-string.js';
import { requestOrigin, type RequestOrigin } from './request-origin.js';

/** An API key that somebody sent in a URL. */
export interface LeakedKey {
  readonly origin: RequestOrigin;
  /** Secret: digest it, do not keep it. */
  readonly key: string;
}

/**
 * The first look at every request, whichever route it is for: refuses what no route should have to think about, and
 * answers what has no route. It decides nothing about access.
 */
export class RequestGate {
  /** Called before a request with a key in its URL is refused; the answer waits for it. */
  onLeakedKey: (leak: LeakedKey) => Promise<void> = () => Promise.resolve();

  /** Answers whoever asked for a page with one; false: the refusal is told as every other. */
  showRefusal: (request: FastifyRequest, reply: FastifyReply, refusal: Problem) => boolean = () => false;

  constructor(private readonly methods: MethodIndex) {}

  /** A Fastify hook for `onRequest`. */
  readonly check = (request: FastifyRequest, reply: FastifyReply, done: Done): void => {
    // One object for all: it is on the path of every request.
    reply.headers(EVERY_ANSWER).header('x-request-id', request.id);
    const fault = queryFault(request.url);
    if (fault?.key !== undefined) this.refuseKey(request, reply, fault.key, done);
    else if (fault !== undefined) this.refuse(request, reply, problem(fault.code), done);
    else if (!isHostClear(request.raw)) done(problem('BAD_REQUEST'));
    else if (request.is404) this.answerUnrouted(request, reply, done);
    else done();
  };

  private refuseKey(request: FastifyRequest, reply: FastifyReply, key: string, done: Done): void {
    this.onLeakedKey({ origin: requestOrigin(request), key }).then(() => {
      this.refuse(request, reply, problem('KEY_IN_QUERY'), done);
    }, done);
  }

  private refuse(request: FastifyRequest, reply: FastifyReply, refusal: Problem, done: Done): void {
    if (!this.showRefusal(request, reply, refusal)) done(refusal);
  }

  private answerUnrouted(request: FastifyRequest, reply: FastifyReply, done: Done): void {
    const allow = this.methods.allow(request.url);
    if (allow === undefined) done(problem('NOT_FOUND'));
    else if (request.method === 'OPTIONS') reply.code(204).header('allow', allow).send();
    else done(problem('METHOD_NOT_ALLOWED', { headers: { allow } }));
  }
}

type Done = (error?: Error) => void;

const EVERY_ANSWER = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

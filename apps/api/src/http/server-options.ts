import { type Server } from 'node:http';
import { type FastifyHttpOptions, type FastifyReply } from 'fastify';
import { ProblemFilter } from '#problems';
import { clientErrorHandler } from './client-error.js';
import { type MethodIndex } from './method-index.js';
import { type RequestId } from './request-id.js';
import { type ServerLimits } from './server-limits.js';
import { type TrustProxy } from './trusted-proxies.js';

export function serverOptions(
  trusts: TrustProxy,
  limits: ServerLimits,
  methods: MethodIndex,
  nameOf: RequestId,
): FastifyHttpOptions<Server> {
  const filter = new ProblemFilter();
  return {
    trustProxy: trusts,
    genReqId: nameOf,
    requestIdHeader: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    connectionTimeout: limits.silenceMs,
    keepAliveTimeout: limits.keepAliveMs,
    // What is under way when the server stops is answered, with Connection: close; a 503 would fail it for nothing.
    return503OnClosing: false,
    http: {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      connectionsCheckingInterval: limits.checkEveryMs,
      // Checked by a hook, which answers with a problem; Node would close without a word.
      requireHostHeader: false,
    },
    routerOptions: {
      caseSensitive: true,
      ignoreTrailingSlash: false,
      ignoreDuplicateSlashes: false,
      // Whatever fits into the headers may be a parameter: what it names does not exist, which is a 404 like any other.
      maxParamLength: limits.headerBytes,
    },
    // A URL that cannot be decoded is refused before any hook runs.
    frameworkErrors: (error, request, reply) => {
      reply.header('x-request-id', request.id);
      filter.answer(error, request, reply as FastifyReply);
    },
    clientErrorHandler: clientErrorHandler(methods, limits.lingerMs),
  };
}

import { type FastifyReply, type FastifyRequest } from 'fastify';
import helmet from 'helmet';

/**
 * A Fastify hook for `onSend` that guards the pages people open in a browser (Swagger UI, the explanations of problems). Machine answers are left alone:
 * no browser renders them, and the headers would cost half the throughput.
 */
export function securePage(request: FastifyRequest, reply: FastifyReply, _payload: unknown, done: () => void): void {
  const type = reply.getHeader('content-type');
  if (typeof type !== 'string' || !type.startsWith('text/html')) {
    done();
    return;
  }
  const apply = request.protocol === 'https' ? overTls : overPlainHttp;
  apply(request.raw, reply.raw, done);
}

/** Upgrading to https and remembering to do so break a server that is reached by its address over plain http. */
const overPlainHttp = pageHeaders(false);
const overTls = pageHeaders(true);

function pageHeaders(isTls: boolean): ReturnType<typeof helmet> {
  return helmet({
    contentSecurityPolicy: {
      directives: {
        'frame-ancestors': ["'none'"],
        'form-action': ["'self'"],
        'upgrade-insecure-requests': isTls ? [] : null,
      },
    },
    frameguard: { action: 'deny' },
    strictTransportSecurity: isTls,
    crossOriginOpenerPolicy: isTls,
    originAgentCluster: isTls,
  });
}

import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { type Problem } from './problem.js';
import { problemOf } from './problem-of.js';

/** What the filter needs of a Fastify request and reply. */
export interface ProblemRequest {
  readonly id: string;
}

export interface ProblemReply {
  readonly sent: boolean;
  readonly raw: { readonly headersSent: boolean; destroy(): unknown };
  code(status: number): unknown;
  headers(headers: Readonly<Record<string, string>>): unknown;
  send(payload: Buffer): unknown;
}

/**
 * The only bridge from anything thrown to an HTTP error answer (RFC 9457). Nest runs it for controllers, and, registered
 * globally, for what Fastify refuses before any controller is reached.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<ProblemRequest>(), http.getResponse<ProblemReply>());
  }

  /** For routes and handlers that live on Fastify itself. */
  answer(error: unknown, request: ProblemRequest, reply: ProblemReply): void {
    const refusal = problemOf(error);
    this.logFault(refusal, error, request.id);
    if (reply.sent || reply.raw.headersSent) {
      // Half an answer is out already: only a cut connection tells the client that the rest will not come.
      reply.raw.destroy();
      return;
    }
    reply.code(refusal.status);
    reply.headers(refusal.headers);
    // As bytes, because to a string Fastify would add a charset, which JSON does not have (RFC 8259 §11).
    reply.send(Buffer.from(JSON.stringify(refusal.body(request.id))));
  }

  private logFault(refusal: Problem, error: unknown, requestId: string): void {
    if (refusal.status < 500 || refusal === error) return;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (refusal.code === 'INTERNAL_ERROR') this.logger.error(`request ${requestId} failed: ${text}`);
    else this.logger.warn(`request ${requestId} could not be served: ${text}`);
  }
}

import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type ProblemBody, ProblemFilter } from '#problems';
import type { PageRequest } from '../../auth/page-check.js';
import { PageRefusal } from './page.js';
import { PageRenderer } from './page-renderer.js';
import { problemPage } from './problem-page.js';

/** Shows a problem as a page. Which problem it is, and what of it may be told, is decided where it is for the API. */
@Catch()
export class PageFilter implements ExceptionFilter {
  private readonly problems = new ProblemFilter();

  constructor(private readonly renderer: PageRenderer) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<PageRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (error instanceof PageRefusal) {
      this.show(request, reply, error);
      return;
    }
    let passedOn: Readonly<Record<string, string>> = {};
    this.problems.answer(error, request, {
      sent: reply.sent,
      raw: reply.raw,
      code: () => undefined,
      headers: (headers) => (passedOn = headers),
      send: (body) => {
        this.tell(request, reply, JSON.parse(body.toString()) as ProblemBody, passedOn);
      },
    });
  }

  private tell(
    request: PageRequest,
    reply: FastifyReply,
    problem: ProblemBody,
    passedOn: Readonly<Record<string, string>>,
  ): void {
    if (problem.code === 'UNAUTHENTICATED') {
      const next = request.method === 'GET' ? `?next=${encodeURIComponent(request.url)}` : '';
      void reply.code(303).header('location', `/login${next}`).send('');
      return;
    }
    // Limits say on the reply itself when the next attempt is admitted.
    const retryAfter = passedOn['retry-after'] ?? reply.getHeader('retry-after')?.toString();
    const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    this.show(request, reply, new PageRefusal(problem.status, problemPage(problem, retryAfter), headers));
  }

  private show(request: PageRequest, reply: FastifyReply, { status, page, headers }: PageRefusal): void {
    void reply
      .code(status)
      .headers(headers)
      .send(this.renderer.render(request, reply, page));
  }
}

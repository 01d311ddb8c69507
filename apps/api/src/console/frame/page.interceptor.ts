import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  StreamableFile,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import type { PageRequest } from '../../auth/page-check.js';
import { type Page, SeeOther } from './page.js';
import { PageRenderer } from './page-renderer.js';

type Answer = Page | SeeOther | StreamableFile;

/** Makes of what a handler answers what a browser gets. A file goes as it is. */
@Injectable()
export class PageInterceptor implements NestInterceptor<Answer, string | StreamableFile> {
  constructor(private readonly renderer: PageRenderer) {}

  intercept(context: ExecutionContext, next: CallHandler<Answer>): Observable<string | StreamableFile> {
    const http = context.switchToHttp();
    const request = http.getRequest<PageRequest>();
    const reply = http.getResponse<FastifyReply>();
    return next.handle().pipe(
      map((answer) => {
        if (answer instanceof StreamableFile) return answer;
        if (answer instanceof SeeOther) return this.renderer.sendOn(reply, answer);
        return this.renderer.render(request, reply, answer);
      }),
    );
  }
}

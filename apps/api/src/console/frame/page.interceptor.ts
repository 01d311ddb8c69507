import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import type { PageRequest } from '../../auth/page-check.js';
import { type Page, SeeOther } from './page.js';
import { PageRenderer } from './page-renderer.js';

/** Makes of what a handler answers what a browser gets. */
@Injectable()
export class PageInterceptor implements NestInterceptor<Page | SeeOther, string> {
  constructor(private readonly renderer: PageRenderer) {}

  intercept(context: ExecutionContext, next: CallHandler<Page | SeeOther>): Observable<string> {
    const http = context.switchToHttp();
    const request = http.getRequest<PageRequest>();
    const reply = http.getResponse<FastifyReply>();
    return next
      .handle()
      .pipe(
        map((answer) =>
          answer instanceof SeeOther
            ? this.renderer.sendOn(reply, answer)
            : this.renderer.render(request, reply, answer),
        ),
      );
  }
}

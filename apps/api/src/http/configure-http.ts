import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ProblemFilter } from '#problems';
import { type HttpConfig } from '../config/config.js';
import { validationPipe } from './validation.pipe.js';

/** The application's own half of the edge: validation, error answers and, only for the origins configured, CORS. */
export function configureHttp(app: NestFastifyApplication, config: HttpConfig): void {
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter());
  if (config.corsOrigins.length === 0) return;
  app.enableCors({
    origin: [...config.corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    // Tokens travel in the Authorization header; no answer depends on a cookie.
    credentials: false,
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: 600,
  });
}

const EXPOSED_HEADERS = [
  'ETag',
  'Link',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'X-Request-Id',
];

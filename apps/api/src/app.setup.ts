import { type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule, type AppOptions } from './app.module.js';
import { RefusedPages } from './console/frame/refused-pages.js';
import { AccessLog } from './http/access-log.js';
import { configureHttp } from './http/configure-http.js';
import { HttpAdapter } from './http/http-adapter.js';
import type { ServerLimits } from './http/server-limits.js';
import { LeakedKeys } from './keys/verification/leaked-keys.js';
import { Metrics } from './metrics/metrics.js';
import { describeApi } from './openapi.js';

export interface SetupOptions extends AppOptions {
  readonly logger: LoggerService | false;
  readonly limits?: ServerLimits;
}

/** The whole application, ready to listen: the same for main and for every end-to-end test. */
export async function createApp({ logger, limits, ...options }: SetupOptions): Promise<NestFastifyApplication> {
  const { http } = options.config;
  const adapter = new HttpAdapter(http, limits);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(options), adapter, {
    logger,
    abortOnError: false,
    bufferLogs: false,
  });
  const leakedKeys = app.get(LeakedKeys);
  adapter.gate.onLeakedKey = (leak) => leakedKeys.record(leak);
  adapter.gate.showRefusal = app.get(RefusedPages).show;
  if (options.config.log.hasRequests) adapter.onAnswered = app.get(AccessLog).write;
  app.get(Metrics).add(...adapter.counts.metrics);
  configureHttp(app, http);
  describeApi(app);
  return app;
}

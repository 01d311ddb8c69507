import { type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule, type AppOptions } from './app.module.js';
import { configureHttp } from './http/configure-http.js';
import { HttpAdapter } from './http/http-adapter.js';
import type { ServerLimits } from './http/server-limits.js';
import { describeApi } from './openapi.js';

export interface SetupOptions extends AppOptions {
  readonly logger: LoggerService | false;
  readonly limits?: ServerLimits;
}

/** The whole application, ready to listen: the same for main and for every end-to-end test. */
export async function createApp({ logger, limits, ...options }: SetupOptions): Promise<NestFastifyApplication> {
  const { http } = options.config;
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(options),
    new HttpAdapter(http, limits),
    { logger, abortOnError: false, bufferLogs: false },
  );
  configureHttp(app, http);
  app.enableShutdownHooks();
  describeApi(app);
  return app;
}

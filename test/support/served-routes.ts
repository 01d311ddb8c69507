import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';
import { TestApp } from './test-app.js';

/** An application, and what its router answers to. */
export interface Served {
  readonly app: TestApp;
  /** In the notation of the API description, such as `GET /api/v1/keys/{id}`. HEAD comes with every GET and OPTIONS with every path. */
  readonly routes: readonly string[];
}

/** Starts the application and listens to the router meanwhile: a route cannot be registered past it. */
export async function startListeningToRoutes(env: Record<string, string> = {}): Promise<Served> {
  const served = new Set<string>();
  const listen = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', ({ method, url }) => {
      const methods = [method].flat();
      // A route that does not look at the method is one operation, described as GET.
      for (const each of methods.includes('PROPFIND') ? ['GET'] : methods)
        served.add(`${each} ${url.replace(/:(\w+)/g, '{$1}')}`);
    });
  };
  subscribe('fastify.initialization', listen);
  try {
    const app = await TestApp.start(env);
    return { app, routes: [...served].filter((route) => !/^(HEAD|OPTIONS) /.test(route)) };
  } finally {
    unsubscribe('fastify.initialization', listen);
  }
}

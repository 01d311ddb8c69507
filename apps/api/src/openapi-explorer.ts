import type { FastifyInstance, RouteOptions } from 'fastify';
import { problem } from '#problems';

/**
 * Narrows the routes of Swagger UI, which are about to be registered, to what its page needs: it would serve the whole
 * folder of its package, and its page under a second name at which it finds none of its files.
 */
export function narrowExplorer(server: FastifyInstance, path: string): void {
  server.addHook('onRoute', (route) => {
    if (route.url === `${path}/*`) narrow(route, path);
    if (route.url === `${path}/index.html`) route.handler = (_request, reply) => reply.redirect(path);
  });
}

const ASSETS = [
  'swagger-ui.css',
  'swagger-ui-bundle.js',
  'swagger-ui-standalone-preset.js',
  'favicon-16x16.png',
  'favicon-32x32.png',
];

function narrow(route: RouteOptions, path: string): void {
  const served = new Set(ASSETS.map((name) => `${path}/${name}`));
  route.onRequest = (request, _reply, done) => {
    const [url = ''] = request.url.split('?', 1);
    done(served.has(url) ? undefined : problem('NOT_FOUND'));
  };
}

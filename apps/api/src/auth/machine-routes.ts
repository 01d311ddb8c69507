import { METHODS } from 'node:http';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { MachineRoute } from '../access/machine-route.js';
import { AccessCheck } from './access-check.js';

/**
 * Puts routes on the server itself, behind the same decision about their callers as controllers are: a route cannot be
 * served here without saying who may call it.
 */
@Injectable()
export class MachineRoutes {
  private readonly routes: MachineRoute[] = [];

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly check: AccessCheck,
  ) {}

  /** Every route served, for the API description. */
  get all(): readonly MachineRoute[] {
    return this.routes;
  }

  /** To be called before the server listens. */
  serve(route: MachineRoute): void {
    this.routes.push(route);
    const { method, path: url, access, description } = route;
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    const options = {
      method: method === 'ANY' ? anyMethod(server) : method,
      url,
      config: { access },
      handler: this.handlerOf(route),
    };
    if (description.body) server.route(options);
    else {
      void server.register((scope, _options, done) => {
        readNoBody(scope);
        scope.route(options);
        done();
      });
    }
  }

  private handlerOf({ access, answer }: MachineRoute): MachineRoute['answer'] {
    if (access.kind === 'api_key' || access.kind === 'public') return answer;
    return (request, reply) => {
      this.check.admit(access, request, reply).then(
        () => {
          answer(request, reply);
        },
        (error: unknown) => reply.send(error),
      );
    };
  }
}

/** A proxy may pass on the body of the request it asks about, which is not for us, whatever it is. */
function readNoBody(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, body, done) => {
    body.resume();
    done(null);
  });
}

/** Every method that Node reads, those of WebDAV too; CONNECT never comes to a route. */
function anyMethod(server: FastifyInstance): string[] {
  for (const method of METHODS) {
    if (method !== 'CONNECT' && !server.supportedMethods.includes(method)) server.addHttpMethod(method);
  }
  return server.supportedMethods;
}

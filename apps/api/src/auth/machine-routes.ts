import { METHODS } from 'node:http';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { MachineRoute } from '../access/machine-route.js';
import { Exchange } from '../http/exchange.js';
import { parseForm } from '../http/form-body.js';
import type { LaneRoute } from '../http/fast-lane.js';
import type { HttpAdapter } from '../http/http-adapter.js';
import { AccessCheck, asksNobody } from './access-check.js';
import { readBasicAsKey } from './client-authentication.js';

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
    const server = this.adapter.getInstance<FastifyInstance>();
    const options = {
      method: method === 'ANY' ? anyMethod(server) : method,
      url,
      config: { access, ...(description.body?.isForm && { parseForm }) },
      handler: this.handlerOf(route),
    };
    if (description.body?.isForm) {
      void server.register((scope, _options, done) => {
        scope.addHook('onRequest', readBasicAsKey);
        scope.route(options);
        done();
      });
    } else if (description.body) server.route(options);
    else {
      void server.register((scope, _options, done) => {
        readNoBody(scope);
        scope.route(options);
        done();
      });
    }
    if (isForLane(route)) this.adapter.lane.add(url, route);
  }

  private handlerOf(route: MachineRoute): (request: FastifyRequest, reply: FastifyReply) => void {
    const answer = (request: FastifyRequest, reply: FastifyReply) => {
      reply.hijack();
      route.answer(new Exchange(request.raw, reply.raw, request.id, request.ip), request.body);
    };
    if (asksNobody(route.access)) return answer;
    return (request, reply) => {
      this.check.admit(route.access, request, reply).then(
        () => {
          // What the check has said of the limits of a key that calls.
          for (const [name, value] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value ?? '');
          answer(request, reply);
        },
        (error: unknown) => reply.send(error),
      );
    };
  }

  private get adapter(): HttpAdapter {
    return this.host.httpAdapter as HttpAdapter;
  }
}

/** Only what asks the key itself may come past the check of the caller. */
function isForLane(route: MachineRoute): route is MachineRoute & LaneRoute {
  return route.knows !== undefined && route.method !== 'POST' && asksNobody(route.access);
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

import { Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { KeptAddresses } from './kept-addresses.js';
import { requestOrigin } from './request-origin.js';

/**
 * One line in the log for each request that was answered, but for uses of keys: those are all recorded. It has no query
 * and no header but the user agent, keys are cut out of what it has, and the address is what LOG_ADDRESSES keeps of it.
 */
@Injectable()
export class AccessLog {
  private readonly logger = new Logger('Request');

  constructor(private readonly addresses: KeptAddresses) {}

  readonly write = (request: FastifyRequest, reply: FastifyReply): void => {
    if ('access' in request.routeOptions.config) return;
    const { requestId, ip, userAgent, method, endpoint } = requestOrigin(request);
    this.logger.log({
      request_id: requestId,
      method,
      path: endpoint,
      status: reply.raw.statusCode,
      duration_ms: Math.round(reply.elapsedTime * 1000) / 1000,
      ip: this.addresses.keep(ip),
      user_agent: userAgent,
    });
  };
}

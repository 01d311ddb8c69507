import { type IncomingMessage } from 'node:http';
import type { Clock } from '#domain';
import { peerAddress } from './peer-address.js';
import { requestUuid } from './request-uuid.js';
import { type TrustProxy } from './trusted-proxies.js';

export type RequestId = (request: IncomingMessage) => string;

/**
 * Names requests. Only our own proxies may name one beforehand, so that nobody else can make two requests look like one
 * in the log, and only in characters that are safe in a header, a log line and a JSON string.
 */
export function requestIds(trusts: TrustProxy, clock: Clock): RequestId {
  return (request) => {
    const given = request.headers['x-request-id'];
    if (typeof given !== 'string' || !REQUEST_ID.test(given)) return requestUuid(clock.now());
    return trusts(peerAddress(request.socket)) ? given : requestUuid(clock.now());
  };
}

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

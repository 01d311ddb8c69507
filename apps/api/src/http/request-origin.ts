import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { redactKeys } from '#domain';

/** Where a request came from: what the audit log and sessions remember of it. */
export interface RequestOrigin {
  /** The X-Request-Id of the answer. */
  readonly requestId: string;
  /** Canonical text of the client's address (IPv4-mapped IPv6 written as IPv4); null when it is unknown. */
  readonly ip: string | null;
  /** Cut to a bounded length. */
  readonly userAgent: string | null;
  readonly method: string;
  /** Path without the query. */
  readonly endpoint: string;
}

/** The {@link RequestOrigin} of the request a controller is answering. */
export const Origin = createParamDecorator((_: unknown, context: ExecutionContext): RequestOrigin =>
  requestOrigin(context.switchToHttp().getRequest<FastifyRequest>()),
);

/**
 * What is known about the sender. The address is that of the right-most hop that is not one of our proxies: Fastify walks
 * X-Forwarded-For from our end, and only while `TRUST_PROXY` covers the hop that reports the next one.
 */
export function requestOrigin(request: Sender): RequestOrigin {
  return {
    requestId: request.id,
    ip: canonicalAddress(request.ip),
    userAgent: userAgentText(request.headers['user-agent']),
    method: request.method,
    endpoint: endpointText(request.url),
  };
}

/** What is looked at: a request of Fastify, or an exchange of a machine route. */
export interface Sender {
  readonly id: string;
  readonly ip: string | undefined;
  readonly headers: Readonly<IncomingHttpHeaders>;
  readonly method: string;
  readonly url: string;
}

/** A User-Agent as it may be stored, logged and compared: bounded, and without characters that act on a terminal. */
export function userAgentText(sent: string | null | undefined): string | null {
  return sent === null || sent === undefined ? null : printable(sent, USER_AGENT_LENGTH);
}

/** The path of a URL, as it may be stored and logged. */
export function endpointText(url: string): string {
  const end = url.search(/[?#]/);
  return printable(end === -1 ? url : url.slice(0, end), ENDPOINT_LENGTH);
}

/**
 * The one spelling of an address, or null for whatever is not one. A proxy may append the port or leave a zone id, both
 * of which are dropped; forms that some readers take for octal or hexadecimal are no addresses.
 */
export function canonicalAddress(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  // Node takes no other spelling of an IPv4 address than the canonical one, and most are that.
  if (isIP(text) === 4) return text;
  const bare = HOST_AND_PORT.exec(text)?.slice(1).find(Boolean) ?? text;
  return isIP(bare) === 0 ? null : ipaddr.process(bare.replace(/%.*$/, '')).toString();
}

const HOST_AND_PORT = /^(?:\[([^\]]+)\](?::\d{1,5})?|(\d+\.\d+\.\d+\.\d+):\d{1,5})$/;
const USER_AGENT_LENGTH = 512;
const ENDPOINT_LENGTH = 512;

/** Nothing to replace: ASCII to be seen, without the underscore that every key has. Most texts are that. */
const PLAIN = /^[ -^`-~]*$/;

/** Some clients put their key where it does not belong; it must not be kept there. */
function printable(text: string, lengthMax: number): string {
  if (text.length <= lengthMax && PLAIN.test(text)) return text;
  const kept = redactKeys(text).slice(0, lengthMax);
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return kept.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
}

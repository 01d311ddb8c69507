import type { FastifyReply, FastifyRequest } from 'fastify';
import { HostCookie } from '../../http/host-cookie.js';

const COOKIE = new HostCookie('akm-notice');
const SECONDS = 60;

/** Leaves a sentence with the browser, for the page that it asks for next. */
export function leaveNotice(reply: FastifyReply, text: string): void {
  COOKIE.set(reply, Buffer.from(text).toString('base64url'), SECONDS);
}

/** The sentence that was left, which is said once. */
export function takeNotice(request: FastifyRequest, reply: FastifyReply): string | undefined {
  const left = COOKIE.read(request);
  if (left === undefined) return undefined;
  COOKIE.clear(reply);
  return Buffer.from(left, 'base64url').toString();
}

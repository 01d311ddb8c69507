import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { HostCookie } from '../http/host-cookie.js';
import { type PageForm, textOf } from '../http/page-form.js';
import { SESSION_COOKIE } from './browser-sessions.js';
import { newOpaqueToken } from './opaque-token.js';

/** The field of every form that shows where the form came from. */
export const FORM_TOKEN = 'form_token';

/** Of whoever has not signed in: sign-in itself must not be submitted by another site either. */
const VISITOR_COOKIE = new HostCookie('akm-visitor');

type Cookies = Parameters<HostCookie['read']>[0];

/** The token of this browser's forms. It follows from a cookie that no other site can read and gives nothing of it away. */
export function formTokenFor(request: Cookies, reply: FastifyReply): string {
  const cookie = cookieOf(request);
  if (cookie !== undefined) return tokenOf(cookie);
  const fresh = newOpaqueToken();
  VISITOR_COOKIE.set(reply, fresh);
  return tokenOf(fresh);
}

/** Whether a form was made for the browser that sent it. */
export function hasFormToken(request: Cookies, form: PageForm): boolean {
  const cookie = cookieOf(request);
  return cookie !== undefined && timingSafeEqual(digestOf(textOf(form, FORM_TOKEN)), digestOf(tokenOf(cookie)));
}

/** The session's, running or not, before the visitor's: so that signing in makes earlier forms worthless. */
function cookieOf(request: Cookies): string | undefined {
  return SESSION_COOKIE.read(request) ?? VISITOR_COOKIE.read(request);
}

function tokenOf(cookie: string): string {
  return createHmac('sha256', cookie).update('form of the akm console').digest('base64url');
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

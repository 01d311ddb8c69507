import type { KeyEnvironment, PermissionQuery } from '#domain';
import type { KeyAttempt } from './key-verifier.js';
import { presentedKey, type RequestHeaders } from './presented-key.js';

/** A request by which a key is shown: Fastify's, or any that tells as much. */
export interface ShowingRequest {
  readonly id: unknown;
  readonly method: string;
  readonly url: string;
  /** Of the client, in any textual form. */
  readonly ip: string | null | undefined;
  readonly headers: RequestHeaders;
}

/** What the key is wanted for. */
export interface Asked {
  readonly required?: PermissionQuery | undefined;
  readonly environment?: KeyEnvironment | undefined;
  readonly service?: string | undefined;
  /** One token, unless given. */
  readonly cost?: number | undefined;
  /** Of another request, for which the key was shown to somebody else first. */
  readonly method?: string | null;
  readonly endpoint?: string | null;
}

/** The use of a key by whoever sent the request: who guesses is limited by the address it came from, known or not. */
export function shownAttempt(request: ShowingRequest, asked: Asked): KeyAttempt {
  const { id, ip, headers, method, url } = request;
  const agent = headers['user-agent'];
  return {
    presented: presentedKey(headers),
    required: asked.required,
    environment: asked.environment,
    service: asked.service,
    ip,
    guessedFrom: ip ?? null,
    userAgent: typeof agent === 'string' ? agent : null,
    cost: asked.cost ?? 1,
    requestId: typeof id === 'string' ? id : String(id),
    method: asked.method ?? method,
    endpoint: withoutQuery(asked.endpoint ?? url),
  };
}

/** It may hold what is nobody else's business. */
function withoutQuery(url: string): string {
  const at = url.indexOf('?');
  return at === -1 ? url : url.slice(0, at);
}

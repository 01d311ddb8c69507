import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import type { PersonPrincipal } from '../../access/principal.js';
import { newOpaqueToken } from '../../auth/opaque-token.js';
import { HostCookie } from '../../http/host-cookie.js';
import { AlreadyAnswered, IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { KeptAnswers } from '../../idempotency/kept-answers.js';
import { requestIdentity } from '../../idempotency/request-identity.js';
import type { IssuedApiKeyDto, RotatedApiKeyDto } from '../../keys/api-key.dto.js';
import { SeeOther } from '../frame/page.js';

/** Of anything else than a key: part of the answer of the API to who makes it. */
interface KeptSecret {
  readonly id: string;
  readonly secret: string;
}

const COOKIE = new HostCookie('akm-reveal');
const SECONDS = 600;

/**
 * Carries a new secret from the form that made it to the page that shows it. In between it is kept as the answer to a
 * request with an idempotency key is: sealed with a key of which this browser has the only half. Showing it wipes it, so the
 * page can be loaded once; and a form that was sent twice makes one secret.
 */
@Injectable()
export class OneTimeReveal {
  constructor(
    private readonly answers: KeptAnswers,
    private readonly dataSource: DataSource,
  ) {}

  /**
   * Makes a secret and sends the browser to where it is shown.
   * @param nonce of the form: the same for whoever sends it twice.
   * @param path below which is what is made, by its id.
   */
  async after(
    person: PersonPrincipal,
    nonce: string,
    reply: FastifyReply,
    act: (once: IdempotentRequest) => Promise<{ readonly id: string }>,
    path = '/dashboard/keys',
  ): Promise<SeeOther> {
    const once = new IdempotentRequest(this.answers, identityOf(person, nonce));
    const { id } = await act(once).catch((error: unknown) => {
      if (error instanceof AlreadyAnswered) return issuedIn(error.answer.body);
      throw error;
    });
    COOKIE.set(reply, nonce, SECONDS);
    return new SeeOther(`${path}/${id}/secret`);
  }

  /** The key with its secret, for the first who asks with this browser. */
  async take(
    person: PersonPrincipal,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<IssuedApiKeyDto | undefined> {
    const kept = await this.takeAnswer(person, request, reply);
    return kept && issuedIn(kept);
  }

  /** Carries a secret that is made already, of anything else than a key. */
  async keep(person: PersonPrincipal, reply: FastifyReply, id: string, secret: string): Promise<void> {
    const nonce = newOpaqueToken();
    const answer = { headers: {}, body: { id, secret } };
    await this.answers.keep(this.dataSource.manager, identityOf(person, nonce), id, answer);
    COOKIE.set(reply, nonce, SECONDS);
  }

  /** The secret that was kept of this one, for the first who asks with this browser. */
  async takeKept(
    person: PersonPrincipal,
    request: FastifyRequest,
    reply: FastifyReply,
    id: string,
  ): Promise<string | undefined> {
    // Whoever only asks for the headers has not seen it.
    if (request.method !== 'GET') return undefined;
    const kept = (await this.takeAnswer(person, request, reply)) as Partial<KeptSecret> | undefined;
    return kept?.id === id ? kept.secret : undefined;
  }

  private async takeAnswer(
    person: PersonPrincipal,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<object | undefined> {
    const nonce = COOKIE.read(request);
    if (nonce === undefined) return undefined;
    COOKIE.clear(reply);
    const kept = await this.answers.take(identityOf(person, nonce)).catch(() => undefined);
    return kept?.body;
  }
}

function identityOf(person: PersonPrincipal, nonce: string) {
  return requestIdentity(person, { method: 'REVEAL', endpoint: person.sessionId }, nonce, undefined);
}

function issuedIn(body: object): IssuedApiKeyDto {
  return 'new_key' in body ? (body as RotatedApiKeyDto).new_key : (body as IssuedApiKeyDto);
}

import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PersonPrincipal } from '../../access/principal.js';
import { HostCookie } from '../../http/host-cookie.js';
import { AlreadyAnswered, IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { KeptAnswers } from '../../idempotency/kept-answers.js';
import { requestIdentity } from '../../idempotency/request-identity.js';
import { SeeOther } from '../frame/page.js';

const COOKIE = new HostCookie('akm-reveal');
const SECONDS = 600;

/**
 * Carries a new secret from the form that made it to the page that shows it. In between it is kept as the answer to a
 * request with an idempotency key is: sealed with a key of which this browser has the only half. Showing it wipes it, so the
 * page can be loaded once; and a form that was sent twice makes one secret.
 */
@Injectable()
export class OneTimeReveal {
  constructor(private readonly answers: KeptAnswers) {}

  /**
   * Makes a secret and sends the browser to where it is shown.
   * @param nonce of the form: the same for whoever sends it twice.
   * @param shownAt the path of that page, by the id of what has the secret.
   * @param act keeps, as the answer of its request, the id and the secret.
   */
  async after(
    person: PersonPrincipal,
    nonce: string,
    reply: FastifyReply,
    shownAt: (id: string) => string,
    act: (once: IdempotentRequest) => Promise<{ readonly id: string }>,
  ): Promise<SeeOther> {
    const once = new IdempotentRequest(this.answers, identityOf(person, nonce));
    const { id } = await act(once).catch((error: unknown) => {
      if (error instanceof AlreadyAnswered) return issuedIn(error.answer.body);
      throw error;
    });
    COOKIE.set(reply, nonce, SECONDS);
    return new SeeOther(shownAt(id));
  }

  /** What was kept of the one with this id, for the first who asks with this browser. */
  async take<Issued extends { readonly id: string }>(
    person: PersonPrincipal,
    request: FastifyRequest,
    reply: FastifyReply,
    id: string,
  ): Promise<Issued | undefined> {
    // Whoever only asks for the headers has not seen it.
    const nonce = request.method === 'GET' ? COOKIE.read(request) : undefined;
    if (nonce === undefined) return undefined;
    COOKIE.clear(reply);
    const kept = await this.answers.take(identityOf(person, nonce)).catch(() => undefined);
    const issued = kept && issuedIn(kept.body);
    return issued?.id === id ? (issued as Issued) : undefined;
  }
}

function identityOf(person: PersonPrincipal, nonce: string) {
  return requestIdentity(person, { method: 'REVEAL', endpoint: person.sessionId }, nonce, undefined);
}

/** The answer to a rotation has the key inside. */
function issuedIn(body: object): { readonly id: string } {
  return ('new_key' in body ? body.new_key : body) as { id: string };
}

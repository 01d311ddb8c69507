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

  /**
   * Makes several secrets, and sends the browser to the one page that shows them.
   * @param act is given the request of each thing by its id, and says what it has done.
   */
  async afterAll(
    person: PersonPrincipal,
    nonce: string,
    reply: FastifyReply,
    shownAt: string,
    act: (onceForEach: (id: string) => IdempotentRequest) => Promise<string>,
  ): Promise<SeeOther> {
    const done = await act((id) => new IdempotentRequest(this.answers, identityOf(person, nonceOf(nonce, id))));
    COOKIE.set(reply, nonce, SECONDS);
    return new SeeOther(shownAt, done);
  }

  /** What was kept of those with these ids, for the first who asks with this browser. */
  async takeAll<Issued extends { readonly id: string }>(
    person: PersonPrincipal,
    request: FastifyRequest,
    reply: FastifyReply,
    ids: readonly string[],
  ): Promise<Issued[]> {
    const nonce = takeNonce(request, reply);
    if (nonce === undefined) return [];
    const taken: (Issued | undefined)[] = [];
    for (const id of ids) taken.push(await this.takeAt<Issued>(person, nonceOf(nonce, id), id));
    return taken.filter((issued) => issued !== undefined);
  }

  /** What was kept of the one with this id, for the first who asks with this browser. */
  async take<Issued extends { readonly id: string }>(
    person: PersonPrincipal,
    request: FastifyRequest,
    reply: FastifyReply,
    id: string,
  ): Promise<Issued | undefined> {
    const nonce = takeNonce(request, reply);
    return nonce === undefined ? undefined : this.takeAt<Issued>(person, nonce, id);
  }

  private async takeAt<Issued extends { readonly id: string }>(
    person: PersonPrincipal,
    nonce: string,
    id: string,
  ): Promise<Issued | undefined> {
    const kept = await this.answers.take(identityOf(person, nonce)).catch(() => undefined);
    const issued = kept && issuedIn(kept.body);
    return issued?.id === id ? (issued as Issued) : undefined;
  }
}

/** Undefined for whoever only asks for the headers, and has not seen anything. */
function takeNonce(request: FastifyRequest, reply: FastifyReply): string | undefined {
  const nonce = request.method === 'GET' ? COOKIE.read(request) : undefined;
  if (nonce !== undefined) COOKIE.clear(reply);
  return nonce;
}

/** Of one of several things that one form has made. */
function nonceOf(nonce: string, id: string): string {
  return `${nonce}.${id}`;
}

function identityOf(person: PersonPrincipal, nonce: string) {
  return requestIdentity(person, { method: 'REVEAL', endpoint: person.sessionId }, nonce, undefined);
}

/** The answer to a rotation has the key inside. */
function issuedIn(body: object): { readonly id: string } {
  return ('new_key' in body ? body.new_key : body) as { id: string };
}

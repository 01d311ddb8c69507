import type { EntityManager } from 'typeorm';
import { problem } from '#problems';
import type { KeptAnswer, KeptAnswers } from './kept-answers.js';
import type { RequestIdentity } from './request-identity.js';

/**
 * A request that carries an idempotency key, on its way through a service: `begin` opens the transaction of its effect,
 * `keep` closes it. Both or neither are committed, so that a process killed at any moment leaves a repetition either
 * the whole effect with its answer, or nothing at all.
 */
export class IdempotentRequest {
  private kept = false;

  constructor(
    private readonly answers: KeptAnswers,
    private readonly identity: RequestIdentity,
  ) {}

  /** Whether `keep` was called. */
  get isKept(): boolean {
    return this.kept;
  }

  /**
   * Lets one of several equal requests go on.
   * @throws AlreadyAnswered when one was there before, Problem IDEMPOTENCY_IN_FLIGHT while another is at it.
   */
  async begin(manager: EntityManager): Promise<void> {
    // Goes with the transaction, so with the process too: nobody is left waiting for the dead.
    const [row] = await manager.query<{ held: boolean }[]>('SELECT pg_try_advisory_xact_lock($1) AS held', [
      this.identity.digest.readBigInt64BE(0).toString(),
    ]);
    if (!row?.held) throw problem('IDEMPOTENCY_IN_FLIGHT');
    const answer = await this.answers.find(this.identity, manager);
    if (answer) throw new AlreadyAnswered(answer);
  }

  /** @param subjectId what the request made or changed: named when a repetition comes too late for the answer. */
  async keep(manager: EntityManager, subjectId: string, answer: KeptAnswer): Promise<void> {
    await this.answers.keep(manager, this.identity, subjectId, answer);
    this.kept = true;
  }
}

/** Unwinds a transaction that would do again what is done. The interceptor answers with what is kept. */
export class AlreadyAnswered extends Error {
  constructor(readonly answer: KeptAnswer) {
    super('This request has been answered already');
    this.name = 'AlreadyAnswered';
  }
}

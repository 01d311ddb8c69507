import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull, LessThanOrEqual, Not } from 'typeorm';
import { Clock } from '#domain';
import { problem } from '#problems';
import { inTransaction } from '../database/transaction.js';
import { Encryption } from '../encryption/encryption.js';
import { SEALED_COLUMNS } from '../encryption/sealed-columns.js';
import type { RequestIdentity } from './request-identity.js';
import { KeptAnswerRow } from './kept-answer.entity.js';

/** An answer that a repetition of its request gets again. The status is that of the route. */
export interface KeptAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

/** How long a repetition gets the same answer, and how long after that it is still known to be one. */
export const ANSWERED_MS = 600_000;
const KNOWN_MS = 30 * 86_400_000;

const ANSWER = SEALED_COLUMNS.keptAnswer;

/** Remembers which requests have had their effect, in the transaction of that effect. */
@Injectable()
export class KeptAnswers {
  constructor(
    private readonly dataSource: DataSource,
    private readonly encryption: Encryption,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns undefined when the request is new.
   * @throws Problem IDEMPOTENCY_KEY_REUSED for another body, IDEMPOTENCY_ANSWER_GONE when the effect is all that is known.
   */
  async find(
    identity: RequestIdentity,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<KeptAnswer | undefined> {
    const row = await manager.findOneBy(KeptAnswerRow, { request: identity.digest });
    if (!row) return undefined;
    const sealed = this.clock.now() < row.createdAt.getTime() + ANSWERED_MS ? row.answer : null;
    const kept = sealed && this.open(identity, sealed);
    if (!kept) throw gone(row.subjectId);
    if (kept.fingerprint !== identity.fingerprint) throw problem('IDEMPOTENCY_KEY_REUSED');
    return kept;
  }

  async keep(manager: EntityManager, identity: RequestIdentity, subjectId: string, answer: KeptAnswer): Promise<void> {
    const text = JSON.stringify({ ...answer, fingerprint: identity.fingerprint });
    await manager.insert(KeptAnswerRow, {
      request: identity.digest,
      subjectId,
      answer: this.encryption.seal(ANSWER, identity.digest.toString('hex'), text, identity.clientKey),
      createdAt: new Date(this.clock.now()),
    });
  }

  /** What `find` says, which wipes it: of several who ask, one gets it. */
  async take(identity: RequestIdentity): Promise<KeptAnswer | undefined> {
    return inTransaction(this.dataSource, async (manager) => {
      const request = { request: identity.digest };
      await manager.findOne(KeptAnswerRow, { where: request, lock: { mode: 'pessimistic_write' } });
      const kept = await this.find(identity, manager);
      if (kept) await manager.update(KeptAnswerRow, request, { answer: null });
      return kept;
    });
  }

  /** Wipes the answers whose time is over, and forgets requests of long ago. */
  async wipe(now: number): Promise<number> {
    const { manager } = this.dataSource;
    const over = { createdAt: LessThanOrEqual(new Date(now - ANSWERED_MS)), answer: Not(IsNull()) };
    const wiped = await manager.update(KeptAnswerRow, over, { answer: null });
    const forgotten = await manager.delete(KeptAnswerRow, { createdAt: LessThanOrEqual(new Date(now - KNOWN_MS)) });
    return (wiped.affected ?? 0) + (forgotten.affected ?? 0);
  }

  /** Null when the master key it was sealed with is no longer configured. */
  private open(identity: RequestIdentity, sealed: Buffer): (KeptAnswer & { fingerprint: string }) | null {
    try {
      const text = this.encryption.open(ANSWER, identity.digest.toString('hex'), sealed, identity.clientKey);
      return JSON.parse(text) as KeptAnswer & { fingerprint: string };
    } catch {
      return null;
    }
  }
}

function gone(subjectId: string) {
  return problem('IDEMPOTENCY_ANSWER_GONE', {
    detail: `This request has had its effect on ${subjectId} already, and its answer is no longer kept.`,
  });
}

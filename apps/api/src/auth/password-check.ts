import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CATALOGUE, problem, type ProblemCode } from '#problems';
import { AuditLog, type AuditRecord } from '../audit/audit-log.js';
import { inTransaction } from '../database/transaction.js';
import { EventOutbox } from '../events/event-outbox.js';
import { KeptAddresses } from '../http/kept-addresses.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { PasswordHasher } from './password-hasher.js';
import { SignInAttempts } from './sign-in-attempts.js';
import { Turns } from './turns.js';
import { User } from './user.entity.js';

/** Somebody says that this is the password of the account behind a canonical e-mail address. */
export interface PasswordClaim {
  readonly email: string;
  readonly password: string;
  readonly origin: RequestOrigin;
  /** The code for whatever is not right, so that nothing but this code gets out. */
  readonly refusedAs: 'INVALID_CREDENTIALS' | 'WRONG_PASSWORD';
}

export interface RightPassword {
  /** As it was when its hash was checked. */
  readonly user: User;
  /** To be stored: differs from the user's where the parameters of hashing have changed. */
  readonly passwordHash: string;
}

/** `reason` is for the audit log. */
export interface Refused {
  readonly reason: 'unknown_account' | 'wrong_password' | 'password_spent' | 'deactivated' | 'locked';
}

/** What `admit` makes of a right password: something, or a refusal after all. */
export type Outcome<T> = { readonly admitted: T } | Refused;

/**
 * The only place where passwords are compared, and so the only one that counts failures: no path leads around the lock.
 * Unknown addresses take every step that known ones take up to a wrong password, so that neither time nor bytes tell
 * them apart.
 */
@Injectable()
export class PasswordCheck {
  private readonly turns = new Turns();

  constructor(
    private readonly dataSource: DataSource,
    private readonly attempts: SignInAttempts,
    private readonly hasher: PasswordHasher,
    private readonly audit: AuditLog,
    private readonly events: EventOutbox,
    private readonly addresses: KeptAddresses,
  ) {}

  /**
   * Calls `admit` if the password is right and answers with what it admits.
   * @throws Problem `refusedAs`, ACCOUNT_LOCKED, ACCOUNT_DEACTIVATED, or SERVICE_UNAVAILABLE under a flood; all but the
   * last are in the audit log then.
   */
  async pass<T>(claim: PasswordClaim, admit: (right: RightPassword) => Promise<Outcome<T>>): Promise<T> {
    // In turns: with several right passwords in flight at once the count would pass the limit for a moment.
    return this.turns.take(claim.email, () => this.passInTurn(claim, admit));
  }

  private async passInTurn<T>(claim: PasswordClaim, admit: (right: RightPassword) => Promise<Outcome<T>>): Promise<T> {
    const admission = await this.attempts.begin(claim.email);
    const user = await this.dataSource.manager.findOneBy(User, { emailCanonical: claim.email });
    if (admission.isLocked) {
      return this.refuse(claim, user, { reason: 'locked' }, { 'retry-after': String(admission.retryAfterSeconds) });
    }
    const outcome = await this.outcomeOf(claim, user, admit);
    if ('admitted' in outcome) return outcome.admitted;
    return this.refuse(claim, user, outcome, {}, outcome.reason === 'deactivated' ? null : admission.locksUntil);
  }

  private async outcomeOf<T>(
    { email, password }: PasswordClaim,
    user: User | null,
    admit: (right: RightPassword) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    try {
      const isRight = await this.hasher.matches(user?.passwordHash, password);
      if (!user) return { reason: 'unknown_account' };
      if (!isRight) return { reason: 'wrong_password' };
      const isOutdated = this.hasher.isOutdated(user.passwordHash);
      return await admit({ user, passwordHash: isOutdated ? await this.hasher.hash(password) : user.passwordHash });
    } catch (error) {
      // Nobody said that the password was wrong: a flood of other people's sign-ins must not lock this account.
      await this.attempts.takeBack(email);
      throw error;
    }
  }

  private async refuse(
    { origin, refusedAs }: PasswordClaim,
    user: User | null,
    { reason }: Refused,
    headers: Readonly<Record<string, string>>,
    locksUntil: Date | null = null,
  ): Promise<never> {
    const code = CODES[reason] ?? refusedAs;
    const entry = { origin, userId: user?.id ?? null, statusCode: CATALOGUE[code].status };
    await inTransaction(this.dataSource, async (manager) => {
      await this.audit.record(manager, { ...entry, action: 'login_failed', metadata: { reason } });
      if (locksUntil) await this.tellOfLock(manager, entry, locksUntil);
    });
    throw problem(code, { headers });
  }

  /** Also for addresses that nobody has: the time of an answer must not tell them apart. */
  private async tellOfLock(
    manager: EntityManager,
    entry: Omit<AuditRecord, 'action'>,
    locksUntil: Date,
  ): Promise<void> {
    await this.audit.record(manager, { ...entry, action: 'account_locked' });
    const userId = entry.userId ?? null;
    await this.events.emit(manager, {
      type: 'user.locked',
      ownerId: userId,
      data: { user_id: userId, ip_address: this.addresses.keep(entry.origin?.ip ?? null), locked_until: locksUntil },
    });
  }
}

const CODES: Readonly<Partial<Record<Refused['reason'], ProblemCode>>> = {
  locked: 'ACCOUNT_LOCKED',
  deactivated: 'ACCOUNT_DEACTIVATED',
};

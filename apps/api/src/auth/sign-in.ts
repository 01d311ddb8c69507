import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '#domain';
import { CATALOGUE, problem, type ProblemCode } from '#problems';
import { AuditLog } from '../audit/audit-log.js';
import { inTransaction } from '../database/transaction.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { parseEmail } from './identity.js';
import { PasswordHasher } from './password-hasher.js';
import { type OpenSession, Sessions } from './sessions.js';
import { SignInAttempts } from './sign-in-attempts.js';
import { Turns } from './turns.js';
import { User } from './user.entity.js';

/** Turns an e-mail address and a password into a session. */
@Injectable()
export class SignIn {
  private readonly turns = new Turns();

  constructor(
    private readonly dataSource: DataSource,
    private readonly attempts: SignInAttempts,
    private readonly hasher: PasswordHasher,
    private readonly sessions: Sessions,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Unknown addresses take every step that known ones take, up to the wrong password: neither time nor bytes tell them
   * apart. A deactivated account is told only to whoever knows its password.
   * @throws Problem INVALID_CREDENTIALS, ACCOUNT_LOCKED, ACCOUNT_DEACTIVATED, or SERVICE_UNAVAILABLE under a flood.
   */
  async signIn(email: string, password: string, origin: RequestOrigin): Promise<OpenSession> {
    const canonical = parseEmail(email)?.canonical;
    if (canonical === undefined) throw problem('INVALID_CREDENTIALS');
    // In turns: with several right passwords in flight at once the count would pass the limit for a moment.
    const outcome = await this.turns.take(canonical, () => this.attempt(canonical, password, origin));
    if (isFailure(outcome)) throw problem(outcome.code, outcome.headers && { headers: outcome.headers });
    return outcome;
  }

  private async attempt(email: string, password: string, origin: RequestOrigin): Promise<OpenSession | Failure> {
    const admission = await this.attempts.begin(email);
    const user = await this.dataSource.manager.findOneBy(User, { emailCanonical: email });
    const circumstances = { user, origin, locks: !admission.isLocked && admission.isLast };
    if (admission.isLocked) return this.fail(locked(admission.retryAfterSeconds), circumstances);
    const verified = await this.verify(email, user, password);
    if (!user || !verified) return this.fail(user ? WRONG_PASSWORD : UNKNOWN_ACCOUNT, circumstances);
    const outcome = await inTransaction(this.dataSource, (manager) => this.admit(manager, user, verified, origin));
    return isFailure(outcome) ? this.fail(outcome, circumstances) : outcome;
  }

  /** The hash to keep if the password is right: a new one where the parameters have changed. */
  private async verify(email: string, user: User | null, password: string): Promise<string | undefined> {
    try {
      const isRight = await this.hasher.matches(user?.passwordHash, password);
      if (!user || !isRight) return undefined;
      return this.hasher.isOutdated(user.passwordHash) ? await this.hasher.hash(password) : user.passwordHash;
    } catch (error) {
      // The queue was full: a flood of other people's sign-ins must not lock this account.
      await this.attempts.takeBack(email);
      throw error;
    }
  }

  /** One guarded statement decides, whatever happened to the account since its password was read. */
  private async admit(
    manager: EntityManager,
    user: User,
    passwordHash: string,
    origin: RequestOrigin,
  ): Promise<OpenSession | Failure> {
    const now = new Date(this.clock.now());
    const [, admitted] = await manager.query<[unknown, number]>(ADMIT, [user.id, user.passwordHash, passwordHash, now]);
    const isDeactivated = admitted === 0 && (await manager.existsBy(User, { id: user.id, isActive: false }));
    if (admitted === 0 && !isDeactivated) return PASSWORD_SPENT;
    await this.attempts.wipe(manager, user.emailCanonical);
    if (isDeactivated) return DEACTIVATED;
    const session = await this.sessions.open(manager, user.id, origin);
    const metadata = { session_id: session.sessionId };
    await this.audit.record(manager, { action: 'login_success', origin, userId: user.id, statusCode: 200, metadata });
    return session;
  }

  private async fail(failure: Failure, { user, origin, locks }: Circumstances): Promise<Failure> {
    const entry = { origin, userId: user?.id ?? null, statusCode: CATALOGUE[failure.code].status };
    await inTransaction(this.dataSource, async (manager) => {
      await this.audit.record(manager, { ...entry, action: 'login_failed', metadata: { reason: failure.reason } });
      if (locks && failure !== DEACTIVATED) await this.audit.record(manager, { ...entry, action: 'account_locked' });
    });
    return failure;
  }
}

interface Circumstances {
  readonly user: User | null;
  readonly origin: RequestOrigin;
  /** Whether a failure now locks the address. */
  readonly locks: boolean;
}

/** `reason` is for the audit log; the answer does not tell the first three apart. */
interface Failure {
  readonly reason: string;
  readonly code: ProblemCode;
  readonly headers?: Readonly<Record<string, string>>;
}

const UNKNOWN_ACCOUNT: Failure = { reason: 'unknown_account', code: 'INVALID_CREDENTIALS' };
const WRONG_PASSWORD: Failure = { reason: 'wrong_password', code: 'INVALID_CREDENTIALS' };
/** A one-time password that was used, or a password that was changed while it was being checked. */
const PASSWORD_SPENT: Failure = { reason: 'password_spent', code: 'INVALID_CREDENTIALS' };
const DEACTIVATED: Failure = { reason: 'deactivated', code: 'ACCOUNT_DEACTIVATED' };

function locked(retryAfterSeconds: number): Failure {
  return { reason: 'locked', code: 'ACCOUNT_LOCKED', headers: { 'retry-after': String(retryAfterSeconds) } };
}

function isFailure(outcome: OpenSession | Failure): outcome is Failure {
  return 'reason' in outcome;
}

/** $1 user, $2 the hash that was checked, $3 the hash to keep, $4 now. */
const ADMIT = `
  UPDATE users SET
    password_hash = $3,
    last_login_at = $4,
    one_time_password_used_at = CASE WHEN password_is_one_time THEN $4::timestamptz END
  WHERE id = $1 AND password_hash = $2 AND is_active
    AND NOT (password_is_one_time AND one_time_password_used_at IS NOT NULL)`;

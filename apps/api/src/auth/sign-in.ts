import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '#domain';
import { problem } from '#problems';
import { AuditLog } from '../audit/audit-log.js';
import { inTransaction } from '../database/transaction.js';
import type { RequestOrigin } from '../http/request-origin.js';
import type { AccessTokenSubject } from './access-token.js';
import { parseEmail } from './identity.js';
import { type Outcome, PasswordCheck, type RightPassword } from './password-check.js';
import { type BrowserSession, type OpenSession, Sessions } from './sessions.js';
import { SignInAttempts } from './sign-in-attempts.js';
import { User } from './user.entity.js';

type Opening<T> = (manager: EntityManager, userId: string) => Promise<T>;

/** Turns an e-mail address and a password into a session. */
@Injectable()
export class SignIn {
  constructor(
    private readonly dataSource: DataSource,
    private readonly passwords: PasswordCheck,
    private readonly attempts: SignInAttempts,
    private readonly sessions: Sessions,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /**
   * A deactivated account is told only to whoever knows its password.
   * @throws Problem INVALID_CREDENTIALS, ACCOUNT_LOCKED, ACCOUNT_DEACTIVATED, or SERVICE_UNAVAILABLE under a flood.
   */
  signIn(email: string, password: string, origin: RequestOrigin): Promise<OpenSession> {
    return this.begin(email, password, origin, (manager, userId) => this.sessions.open(manager, userId, origin));
  }

  /** The same for the console, whose session is continued by a cookie. */
  signInBrowser(email: string, password: string, origin: RequestOrigin): Promise<BrowserSession> {
    return this.begin(email, password, origin, (manager, userId) =>
      this.sessions.openInBrowser(manager, userId, origin),
    );
  }

  private async begin<T extends AccessTokenSubject>(
    email: string,
    password: string,
    origin: RequestOrigin,
    open: Opening<T>,
  ): Promise<T> {
    const canonical = parseEmail(email)?.canonical;
    if (canonical === undefined) throw problem('INVALID_CREDENTIALS');
    const claim = { email: canonical, password, origin, refusedAs: 'INVALID_CREDENTIALS' } as const;
    return this.passwords.pass(claim, (right) =>
      inTransaction(this.dataSource, (manager) => this.admit(manager, right, origin, open)),
    );
  }

  /** One guarded statement decides, whatever happened to the account since its password was read. */
  private async admit<T extends AccessTokenSubject>(
    manager: EntityManager,
    { user, passwordHash }: RightPassword,
    origin: RequestOrigin,
    open: Opening<T>,
  ): Promise<Outcome<T>> {
    const now = new Date(this.clock.now());
    const [, admitted] = await manager.query<[unknown, number]>(ADMIT, [user.id, user.passwordHash, passwordHash, now]);
    const isDeactivated = admitted === 0 && (await manager.existsBy(User, { id: user.id, isActive: false }));
    if (admitted === 0 && !isDeactivated) return { reason: 'password_spent' };
    await this.attempts.wipe(manager, user.emailCanonical);
    if (isDeactivated) return { reason: 'deactivated' };
    const session = await open(manager, user.id);
    const metadata = { session_id: session.sessionId };
    await this.audit.record(manager, { action: 'login_success', origin, userId: user.id, statusCode: 200, metadata });
    return { admitted: session };
  }
}

/**
 * $1 user, $2 the hash that was checked, $3 the hash to keep, $4 now. Changes nothing when the password was changed
 * meanwhile, was good for one sign-in that has been, or belongs to somebody deactivated.
 */
const ADMIT = `
  UPDATE users SET
    password_hash = $3,
    last_login_at = $4,
    one_time_password_used_at = CASE WHEN password_is_one_time THEN $4::timestamptz END
  WHERE id = $1 AND password_hash = $2 AND is_active
    AND NOT (password_is_one_time AND one_time_password_used_at IS NOT NULL)`;

import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '#domain';
import { problem } from '#problems';
import type { PersonPrincipal } from '../access/principal.js';
import { AuditLog } from '../audit/audit-log.js';
import { inTransaction } from '../database/transaction.js';
import type { RequestOrigin } from '../http/request-origin.js';
import type { ChangePasswordDto } from './credentials.dto.js';
import { type Outcome, PasswordCheck, type RightPassword } from './password-check.js';
import { PasswordHasher } from './password-hasher.js';
import { passwordWeakness } from './password-policy.js';
import { Sessions } from './sessions.js';
import { SignInAttempts } from './sign-in-attempts.js';
import type { UpdateMeDto } from './user.dto.js';
import { User } from './user.entity.js';
import { Users } from './users.js';

/** What people do with their own account. */
@Injectable()
export class OwnAccount {
  constructor(
    private readonly dataSource: DataSource,
    private readonly users: Users,
    private readonly passwords: PasswordCheck,
    private readonly hasher: PasswordHasher,
    private readonly attempts: SignInAttempts,
    private readonly sessions: Sessions,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem IDENTITY_TAKEN. */
  async update({ userId }: PersonPrincipal, names: UpdateMeDto, origin: RequestOrigin): Promise<User> {
    return inTransaction(this.dataSource, async (manager) => {
      const { before, after } = await this.users.rename(manager, userId, names);
      if (before.email === after.email && before.username === after.username) return after;
      const metadata = { before: namesOf(before), after: namesOf(after) };
      await this.audit.record(manager, { action: 'user_updated', origin, userId, statusCode: 200, metadata });
      return after;
    });
  }

  /**
   * Ends every other session. Also how somebody with a one-time password gets one that lasts.
   * @throws Problem WRONG_PASSWORD, ACCOUNT_LOCKED, VALIDATION_FAILED, or SERVICE_UNAVAILABLE under a flood.
   */
  async changePassword(caller: PersonPrincipal, body: ChangePasswordDto, origin: RequestOrigin): Promise<void> {
    const { email, username, emailCanonical } = await this.users.get(caller.userId);
    const weakness = await passwordWeakness(body.new_password, [email, username]);
    if (weakness !== undefined) {
      throw problem('VALIDATION_FAILED', { errors: [{ field: 'new_password', message: `new_password ${weakness}` }] });
    }
    const claim = {
      email: emailCanonical,
      password: body.current_password,
      origin,
      refusedAs: 'WRONG_PASSWORD',
    } as const;
    await this.passwords.pass(claim, async (right) => {
      const newHash = await this.hasher.hash(body.new_password);
      return inTransaction(this.dataSource, (manager) => this.replace(manager, right, newHash, caller, origin));
    });
  }

  private async replace(
    manager: EntityManager,
    { user }: RightPassword,
    newHash: string,
    { userId, sessionId }: PersonPrincipal,
    origin: RequestOrigin,
  ): Promise<Outcome<true>> {
    const now = new Date(this.clock.now());
    const [, replaced] = await manager.query<[unknown, number]>(REPLACE, [userId, user.passwordHash, newHash, now]);
    if (replaced === 0) return { reason: 'password_spent' };
    await this.attempts.wipe(manager, user.emailCanonical);
    const ended = await this.sessions.endAll(manager, userId, sessionId);
    const metadata = { sessions_ended: ended };
    await this.audit.record(manager, { action: 'password_changed', origin, userId, statusCode: 200, metadata });
    return { admitted: true };
  }
}

/** $1 user, $2 the hash that was checked, $3 the new one, $4 now. Changes nothing when another change came first. */
const REPLACE = `
  UPDATE users SET
    password_hash = $3, password_is_one_time = false, one_time_password_used_at = NULL, updated_at = $4
  WHERE id = $1 AND password_hash = $2`;

function namesOf({ email, username }: User) {
  return { email, username };
}

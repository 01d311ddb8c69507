import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '#domain';
import { problem } from '#problems';
import type { PersonPrincipal } from '../access/principal.js';
import { AuditLog } from '../audit/audit-log.js';
import { ChangeFeed } from '../change-feed/change-feed.js';
import { inTransaction } from '../database/transaction.js';
import type { Erasure } from '../erasure/erasure.entity.js';
import { Erasures } from '../erasure/erasures.js';
import { EventOutbox } from '../events/event-outbox.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { lockActingAdmins } from './acting-admins.js';
import { parseEmail } from './identity.js';
import { newOneTimePassword } from './one-time-password.js';
import { PasswordHasher } from './password-hasher.js';
import { SignInAttempts } from './sign-in-attempts.js';
import { User } from './user.entity.js';
import { Users } from './users.js';

/** Takes a person out of akm: the account at once and for good, whatever was recorded of them soon after. */
@Injectable()
export class PersonErasure {
  constructor(
    private readonly dataSource: DataSource,
    private readonly users: Users,
    private readonly hasher: PasswordHasher,
    private readonly attempts: SignInAttempts,
    private readonly erasures: Erasures,
    private readonly audit: AuditLog,
    private readonly events: EventOutbox,
    private readonly changes: ChangeFeed,
    private readonly clock: Clock,
  ) {}

  /**
   * Asked again, it does nothing again, and answers how far it has come.
   * @throws Problem NOT_FOUND, or LAST_ADMIN when nobody could administer the server afterwards.
   */
  async erase(id: string, { userId }: PersonPrincipal, origin: RequestOrigin): Promise<Erasure> {
    const passwordHash = await this.hasher.hash(newOneTimePassword());
    return inTransaction(this.dataSource, async (manager) => {
      const admins = await lockActingAdmins(manager, id);
      const user = await this.users.lock(manager, id);
      const earlier = await this.erasures.find(id, manager);
      if (earlier) return earlier;
      admins.spare(id);
      await this.forgetAttempts(manager, user);
      await manager.query(
        'DELETE FROM refresh_tokens WHERE session_id IN (SELECT id FROM sessions WHERE user_id = $1)',
        [id],
      );
      await manager.query('DELETE FROM sessions WHERE user_id = $1', [id]);
      await manager.update(User, id, { ...NOBODY, ...namelessAs(id), passwordHash, updatedAt: this.now() });
      this.changes.announce(manager, { kind: 'user', id });
      const metadata = { target_user_id: id };
      await this.audit.record(manager, { action: 'user_erased', origin, userId, statusCode: 202, metadata });
      await this.events.emit(manager, { type: 'user.erased', ownerId: null, data: { user_id: id } });
      return this.erasures.begin(manager, { userId: id, callerId: userId, origin });
    });
  }

  /** @throws Problem NOT_FOUND when nobody has asked for it. */
  async progress(id: string): Promise<Erasure> {
    const erasure = await this.erasures.find(id);
    if (!erasure) throw problem('NOT_FOUND');
    return erasure;
  }

  /** Also those of addresses that were theirs before, which only the log still knows. */
  private async forgetAttempts(manager: EntityManager, user: User): Promise<void> {
    const renamings = await manager.query<{ before: string | null; after: string | null }[]>(FORMER_EMAILS, [user.id]);
    const former = renamings.flatMap(({ before, after }) => [before, after]);
    for (const email of former) {
      const parsed = parseEmail(email ?? '');
      if (parsed) await this.attempts.wipe(manager, parsed.canonical);
    }
    await this.attempts.wipe(manager, user.emailCanonical);
  }

  private now(): Date {
    return new Date(this.clock.now());
  }
}

const FORMER_EMAILS = `
  SELECT metadata->'before'->>'email' AS before, metadata->'after'->>'email' AS after
  FROM audit_log WHERE user_id = $1 AND action = 'user_updated'`;

/** What is left of an account. */
const NOBODY = {
  role: 'readonly',
  isActive: false,
  isVerified: false,
  lastLoginAt: null,
  passwordIsOneTime: false,
  oneTimePasswordUsedAt: null,
} as const;

/** Names that nobody else can have taken, at a domain where there is no mail (RFC 2606). */
function namelessAs(id: string): Pick<User, 'email' | 'emailCanonical' | 'username' | 'usernameCanonical'> {
  const username = `erased_${id.replaceAll('-', '')}`;
  const email = `${username}@erased.invalid`;
  return { email, emailCanonical: email, username, usernameCanonical: username };
}

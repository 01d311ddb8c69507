import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '#domain';
import { problem } from '#problems';
import type { PersonPrincipal } from '../access/principal.js';
import type { Role } from '../access/role.js';
import type { AuditAction } from '../audit/audit-action.js';
import { AuditLog } from '../audit/audit-log.js';
import { ChangeFeed } from '../change-feed/change-feed.js';
import { inTransaction } from '../database/transaction.js';
import { Erasures } from '../erasure/erasures.js';
import { type PageQueryDto, stretchOf } from '../http/page.dto.js';
import type { RequestOrigin } from '../http/request-origin.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { lockActingAdmins } from './acting-admins.js';
import { newOneTimePassword } from './one-time-password.js';
import { PasswordHasher } from './password-hasher.js';
import { Sessions } from './sessions.js';
import type { CreateUserDto } from './user.dto.js';
import { User } from './user.entity.js';
import { createdUserView } from './user.view.js';
import { Users } from './users.js';

export interface CreatedPerson {
  readonly user: User;
  /** The only copy. */
  readonly oneTimePassword: string;
}

/** What administrators do with the accounts of others. They never learn or choose anybody's lasting password. */
@Injectable()
export class People {
  constructor(
    private readonly dataSource: DataSource,
    private readonly users: Users,
    private readonly hasher: PasswordHasher,
    private readonly sessions: Sessions,
    private readonly audit: AuditLog,
    private readonly changes: ChangeFeed,
    private readonly erasures: Erasures,
    private readonly clock: Clock,
  ) {}

  /** Newest first. */
  list(query: PageQueryDto): Promise<[User[], number]> {
    return this.dataSource.manager.findAndCount(User, {
      order: { createdAt: 'DESC', id: 'DESC' },
      ...stretchOf(query),
    });
  }

  /** Whether nobody could administer the server without this person. */
  async isLastAdmin(id: string): Promise<boolean> {
    const acting = { role: 'admin', isActive: true } as const;
    const admins = await this.dataSource.manager.find(User, { where: acting, select: { id: true }, take: 2 });
    return admins.length === 1 && admins[0]?.id === id;
  }

  /**
   * Makes an account with a password that signs in once and then only serves to choose another.
   * @throws Problem IDENTITY_TAKEN.
   */
  async create(
    { email, username, role }: CreateUserDto,
    caller: PersonPrincipal,
    origin: RequestOrigin,
    once?: IdempotentRequest,
  ): Promise<CreatedPerson> {
    const oneTimePassword = newOneTimePassword();
    const passwordHash = await this.hasher.hash(oneTimePassword);
    return inTransaction(this.dataSource, async (manager) => {
      await once?.begin(manager);
      const person = { email, username, role, passwordHash, passwordIsOneTime: true };
      const user = await this.users.insert(manager, person);
      const change = { target_user_id: user.id, role };
      await this.audit.record(manager, { ...by(caller, origin, change), action: 'user_created', statusCode: 201 });
      await once?.keep(manager, user.id, { headers: {}, body: createdUserView(user, oneTimePassword) });
      return { user, oneTimePassword };
    });
  }

  /**
   * Takes effect at once: no request is answered by a role that its caller no longer has.
   * @throws Problem NOT_FOUND, CONFLICT for whoever was erased, or LAST_ADMIN when nobody could administer the server
   * afterwards.
   */
  async changeRole(id: string, role: Role, caller: PersonPrincipal, origin: RequestOrigin): Promise<User> {
    return this.change(id, { role }, 'role_updated', caller, origin);
  }

  /**
   * Ends every session of the person and lets them in no more. What they own stays.
   * @throws Problem NOT_FOUND or LAST_ADMIN.
   */
  async deactivate(id: string, caller: PersonPrincipal, origin: RequestOrigin): Promise<User> {
    return this.change(id, { isActive: false }, 'user_deactivated', caller, origin);
  }

  /** @throws Problem NOT_FOUND, or CONFLICT for whoever was erased. */
  async activate(id: string, caller: PersonPrincipal, origin: RequestOrigin): Promise<User> {
    return this.change(id, { isActive: true }, 'user_activated', caller, origin);
  }

  /** Changes nothing, and audits nothing, where everything is so already. */
  private async change(
    id: string,
    wanted: { role: Role } | { isActive: boolean },
    action: AuditAction,
    caller: PersonPrincipal,
    origin: RequestOrigin,
  ): Promise<User> {
    return inTransaction(this.dataSource, async (manager) => {
      const admins = await lockActingAdmins(manager, id);
      const user = await this.users.lock(manager, id);
      const after = { ...user, ...wanted, updatedAt: new Date(this.clock.now()) };
      if (after.role === user.role && after.isActive === user.isActive) return user;
      admins.spare(id);
      if (await this.erasures.find(id, manager)) throw problem('CONFLICT', { detail: 'This person was erased.' });
      await manager.update(User, id, { ...wanted, updatedAt: after.updatedAt });
      this.changes.announce(manager, { kind: 'user', id });
      if (!after.isActive) await this.sessions.endAll(manager, id);
      const change = { target_user_id: id, ...('role' in wanted && { before: user.role, after: wanted.role }) };
      await this.audit.record(manager, { ...by(caller, origin, change), action, statusCode: 200 });
      return after;
    });
  }
}

function by({ userId }: PersonPrincipal, origin: RequestOrigin, metadata: Record<string, unknown>) {
  return { origin, userId, metadata };
}

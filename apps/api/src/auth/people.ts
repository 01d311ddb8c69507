import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '#domain';
import { problem } from '#problems';
import type { Principal } from '../access/principal.js';
import type { Role } from '../access/role.js';
import { AuditLog } from '../audit/audit-log.js';
import { inTransaction } from '../database/transaction.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { User } from './user.entity.js';

/** What administrators do with the accounts of others. */
@Injectable()
export class People {
  constructor(
    private readonly dataSource: DataSource,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem NOT_FOUND. */
  async get(id: string): Promise<User> {
    return found(await this.dataSource.manager.findOneBy(User, { id }));
  }

  /**
   * Takes effect at once: every request reads the role of its caller anew.
   * @throws Problem NOT_FOUND, or LAST_ADMIN when nobody could administer the server afterwards.
   */
  async changeRole(id: string, role: Role, caller: Principal, origin: RequestOrigin): Promise<User> {
    return inTransaction(this.dataSource, async (manager) => {
      const admins = await lockAdmins(manager);
      const user = found(await manager.findOne(User, { where: { id }, lock: { mode: 'pessimistic_write' } }));
      if (user.role === role) return user;
      if (isLastOf(admins, id)) throw problem('LAST_ADMIN');
      const change = { role, updatedAt: new Date(this.clock.now()) };
      await manager.update(User, id, change);
      await this.audit.record(manager, {
        action: 'role_updated',
        origin,
        userId: caller.userId,
        statusCode: 200,
        metadata: { target_user_id: id, before: user.role, after: role },
      });
      return { ...user, ...change };
    });
  }
}

/**
 * The administrators who can act, locked until the end of the transaction: of two that take each other's role away at
 * once, the second waits here and then sees that it is alone. Always the first lock taken, so that none waits in a ring.
 */
async function lockAdmins(manager: EntityManager): Promise<readonly string[]> {
  const admins = await manager.query<{ id: string }[]>(
    `SELECT id FROM users WHERE role = 'admin' AND is_active ORDER BY id FOR UPDATE`,
  );
  return admins.map(({ id }) => id);
}

function isLastOf(admins: readonly string[], id: string): boolean {
  return admins.length === 1 && admins[0] === id;
}

function found(user: User | null): User {
  if (!user) throw problem('NOT_FOUND');
  return user;
}

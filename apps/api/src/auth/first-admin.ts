import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditLog } from '../audit/audit-log.js';
import { inTransaction } from '../database/transaction.js';
import { newOneTimePassword } from './one-time-password.js';
import { PasswordHasher } from './password-hasher.js';
import { User } from './user.entity.js';
import { Users } from './users.js';

export interface AdminNames {
  readonly email: string;
  readonly username: string;
}

/** Shown to the operator now and never again. */
export interface AdminCredentials {
  readonly email: string;
  readonly password: string;
}

const FIRST_ADMIN: AdminNames = { email: 'admin@akm.local', username: 'admin' };

/** Any number that no other part of akm locks: "1st" in ASCII. */
const FIRST_ADMIN_LOCK = 0x31_73_74;

/** Makes administrators without one: nobody is signed in on a new server, or no longer can. */
@Injectable()
export class FirstAdmin {
  constructor(
    private readonly dataSource: DataSource,
    private readonly hasher: PasswordHasher,
    private readonly users: Users,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Whether nobody has an account yet. To be asked before the server listens: who registers in the first moments must
   * not take the place of the first administrator.
   */
  async isWanted(): Promise<boolean> {
    return !(await this.dataSource.manager.exists(User));
  }

  /**
   * Makes the first administrator; of several calls at once, on any instances, one does.
   * @returns null when there is an administrator already.
   */
  async ensure(): Promise<AdminCredentials | null> {
    const password = newOneTimePassword();
    const passwordHash = await this.hasher.hash(password);
    return inTransaction(this.dataSource, async (manager) => {
      await manager.query(`SELECT pg_advisory_xact_lock(${FIRST_ADMIN_LOCK})`);
      if (await manager.existsBy(User, { role: 'admin' })) return null;
      await this.insert(manager, FIRST_ADMIN, passwordHash);
      return { email: FIRST_ADMIN.email, password };
    });
  }

  /**
   * Makes another administrator, for an operator who has the machine but no account.
   * @throws Problem IDENTITY_TAKEN.
   */
  async create(names: AdminNames): Promise<AdminCredentials> {
    const password = newOneTimePassword();
    const passwordHash = await this.hasher.hash(password);
    await inTransaction(this.dataSource, (manager) => this.insert(manager, names, passwordHash));
    return { email: names.email, password };
  }

  private async insert(manager: EntityManager, names: AdminNames, passwordHash: string): Promise<void> {
    const user = await this.users.insert(manager, { ...names, passwordHash, passwordIsOneTime: true, role: 'admin' });
    await this.audit.record(manager, {
      action: 'user_created',
      origin: null,
      userId: null,
      metadata: { target_user_id: user.id, role: user.role },
    });
  }
}

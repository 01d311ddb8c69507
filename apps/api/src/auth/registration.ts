import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { problem } from '#problems';
import { AuditLog } from '../audit/audit-log.js';
import { Config } from '../config/config.js';
import { inTransaction } from '../database/transaction.js';
import type { RequestOrigin } from '../http/request-origin.js';
import type { RegisterDto } from './credentials.dto.js';
import { PasswordHasher } from './password-hasher.js';
import type { User } from './user.entity.js';
import { Users } from './users.js';

/** Lets people make their own account, as developers, where the server allows it. */
@Injectable()
export class Registration {
  constructor(
    private readonly dataSource: DataSource,
    private readonly config: Config,
    private readonly hasher: PasswordHasher,
    private readonly users: Users,
    private readonly audit: AuditLog,
  ) {}

  /** @throws Problem REGISTRATION_CLOSED, or IDENTITY_TAKEN after the same work as for a new account. */
  async register({ email, username, password }: RegisterDto, origin: RequestOrigin): Promise<User> {
    if (this.config.auth.registration === 'closed') throw problem('REGISTRATION_CLOSED');
    const passwordHash = await this.hasher.hash(password);
    return inTransaction(this.dataSource, async (manager) => {
      const person = { email, username, passwordHash, passwordIsOneTime: false, role: 'developer' } as const;
      const user = await this.users.insert(manager, person);
      await this.audit.record(manager, { action: 'user_registered', origin, userId: user.id, statusCode: 201 });
      return user;
    });
  }
}

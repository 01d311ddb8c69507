import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { v7 as uuidv7 } from 'uuid';
import { DataSource } from 'typeorm';
import { Clock } from '#domain';
import type { Role } from '../../apps/api/src/access/role.js';
import { AuditLog } from '../../apps/api/src/audit/audit-log.js';
import { AccessTokens } from '../../apps/api/src/auth/access-token.js';
import { Sessions } from '../../apps/api/src/auth/sessions.js';
import { User } from '../../apps/api/src/auth/user.entity.js';
import { Users } from '../../apps/api/src/auth/users.js';

/** The password of everybody who enters. */
export const PASSWORD = 'SecurePass123!';
/**
 * Its hash, by the parameters of the product. Making it, judging the password and comparing the two at the sign-in take
 * a tenth of a second of a core, and a run of all tests needs a thousand people.
 */
const PASSWORD_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$nD9HPyPDW7rTv3zZZ+JLjQ$bgNay+qlZMFXu8RhM1V2VVrJrtRjg70E1mhCIwwGgAA';

/** A new person with an account, as it is after a registration. Its tests go through the door: test/e2e/auth/register. */
export async function register(app: NestFastifyApplication, username: string, role: Role): Promise<User> {
  const origin = originOf('register');
  const names = { email: `${username}@example.org`, username };
  return app.get(DataSource).transaction(async (manager) => {
    const person = { ...names, passwordHash: PASSWORD_HASH, passwordIsOneTime: false, role };
    const user = await app.get(Users).insert(manager, person);
    const record = { action: 'user_registered', origin, userId: user.id, statusCode: 201 } as const;
    await app.get(AuditLog).record(manager, record);
    return user;
  });
}

/** A session of theirs that begins now, as it is after a sign-in. Its tests go through the door: test/e2e/auth/login. */
export async function signIn(app: NestFastifyApplication, userId: string) {
  const origin = originOf('login');
  return app.get(DataSource).transaction(async (manager) => {
    await manager.update(User, userId, { lastLoginAt: new Date(app.get<Clock>(Clock).now()) });
    const session = await app.get(Sessions).open(manager, userId, origin);
    const metadata = { session_id: session.sessionId };
    await app.get(AuditLog).record(manager, { action: 'login_success', origin, userId, statusCode: 200, metadata });
    return { token: app.get(AccessTokens).sign(session), refreshToken: session.refreshToken };
  });
}

function originOf(operation: string) {
  const endpoint = `/api/v1/auth/${operation}`;
  return { requestId: uuidv7(), ip: '127.0.0.1', userAgent: 'node', method: 'POST', endpoint };
}

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock, covers } from '#domain';
import type { VerifiedKey } from '#guards';
import type { KeyPrincipal, PersonPrincipal } from '../access/principal.js';
import { type Role, ROLE_SCOPES } from '../access/role.js';
import { AccessTokens } from './access-token.js';
import { OwnerRoles } from './owner-roles.js';

/** Establishes who a caller is. Sessions are read from the database at every call, so that a change of any bites at once. */
@Injectable()
export class Principals {
  constructor(
    private readonly dataSource: DataSource,
    private readonly accessTokens: AccessTokens,
    private readonly ownerRoles: OwnerRoles,
    private readonly clock: Clock,
  ) {}

  /** Undefined unless the token is good, its session runs and its person is active. */
  async ofAccessToken(token: string): Promise<PersonPrincipal | undefined> {
    const subject = this.accessTokens.read(token);
    if (!subject) return undefined;
    const { userId, sessionId } = subject;
    const [user] = await this.dataSource.query<{ role: Role }[]>(PERSON_OF_SESSION, [
      sessionId,
      userId,
      new Date(this.clock.now()),
    ]);
    return user && { kind: 'person', userId, sessionId, role: user.role, scopes: ROLE_SCOPES[user.role] };
  }

  /** Undefined when the owner of a good key is no longer active. */
  async ofKey(key: VerifiedKey): Promise<KeyPrincipal | undefined> {
    const role = await this.ownerRoles.find(key.ownerId);
    if (!role) return undefined;
    const scopes = sharedScopes(key.permissions, ROLE_SCOPES[role]);
    const { id: keyId, ownerId: userId, permissions } = key;
    return { kind: 'key', keyId, userId, role, permissions, scopes };
  }
}

const PERSON_OF_SESSION = `
  SELECT u.role FROM sessions s JOIN users u ON u.id = s.user_id
  WHERE s.id = $1 AND s.user_id = $2 AND s.ended_at IS NULL AND s.expires_at > $3 AND u.is_active`;

/** What both hold: a key acts for its owner and never beyond them, whatever it was given when its owner could more. */
function sharedScopes(permissions: readonly string[], ofRole: readonly string[]): string[] {
  const ofKey = permissions.filter((permission) => permission.startsWith('akm:'));
  return [
    ...ofKey.filter((scope) => covers(ofRole, scope)),
    ...ofRole.filter((scope) => covers(ofKey, scope) && !ofKey.includes(scope)),
  ];
}

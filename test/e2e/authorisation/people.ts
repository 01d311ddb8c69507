import type { EntityManager } from 'typeorm';
import type { PersonPrincipal } from '../../../apps/api/src/access/principal.js';
import { AccessTokens } from '../../../apps/api/src/auth/access-token.js';
import { type OpenSession, Sessions } from '../../../apps/api/src/auth/sessions.js';
import { User } from '../../../apps/api/src/auth/user.entity.js';
import { Users } from '../../../apps/api/src/auth/users.js';
import type { RequestOrigin } from '../../../apps/api/src/http/request-origin.js';
import type { TestApp } from '../../support/test-app.js';
import type { Role } from './rule.js';

/** Everybody of the play, with the role they have by now. */
export const PEOPLE = {
  readonly: 'readonly',
  developer: 'developer',
  'another developer': 'developer',
  admin: 'admin',
  /** So that no admin is the last one. */
  'another admin': 'admin',
  /** An admin once. */
  demoted: 'readonly',
  /** An admin who is shut out. */
  deactivated: 'admin',
  login: 'developer',
} as const satisfies Record<string, Role>;
export type PersonName = keyof typeof PEOPLE;

export const ORIGIN: RequestOrigin = { requestId: 'stage', ip: null, userAgent: null, method: 'GET', endpoint: '/' };

/** The people of the play. All have one password, which is hashed once. */
export class People {
  private readonly ids = new Map<PersonName, string>();
  private strangers = 0;

  private constructor(
    private readonly app: TestApp,
    private readonly passwordHash: string,
  ) {}

  static async enter(app: TestApp): Promise<People> {
    const { id } = await app.person(); // With PASSWORD.
    const { passwordHash } = await app.dataSource.manager.findOneByOrFail(User, { id });
    const people = new People(app, passwordHash);
    for (const name of Object.keys(PEOPLE) as PersonName[]) {
      people.ids.set(name, await people.stranger(name.replace(' ', '_'), PEOPLE[name]));
    }
    return people;
  }

  id(name: PersonName): string {
    const id = this.ids.get(name);
    if (id === undefined) throw new Error(`${name} is not of the play`);
    return id;
  }

  /** Somebody who owns nothing and has done nothing. */
  stranger(name = `stranger_${++this.strangers}`, role: Role = 'developer'): Promise<string> {
    const { passwordHash } = this;
    const person = { email: `${name}@example.org`, username: name, passwordHash, passwordIsOneTime: false, role };
    return this.inManager(async (manager) => (await this.app.nest.get(Users).insert(manager, person)).id);
  }

  /** Undoes what has been done to roles and passwords. */
  async restore(): Promise<void> {
    for (const name of this.ids.keys()) await this.set(name, {});
  }

  /** A token from when somebody was something else. */
  async formerToken(name: PersonName, was: Partial<Pick<User, 'role' | 'isActive'>>): Promise<string> {
    await this.set(name, was);
    const token = await this.token(this.id(name));
    await this.set(name, {});
    return token;
  }

  session(userId: string): Promise<OpenSession> {
    return this.inManager((manager) => this.app.nest.get(Sessions).open(manager, userId, ORIGIN));
  }

  async signIn(userId: string): Promise<{ token: string; sessionId: string }> {
    const session = await this.session(userId);
    return { token: this.app.nest.get(AccessTokens).sign(session), sessionId: session.sessionId };
  }

  async token(userId: string): Promise<string> {
    return (await this.signIn(userId)).token;
  }

  /** Somebody as they were in their best days: to set the stage with, whatever they may do by now. */
  static asAdmin(userId: string): PersonPrincipal {
    return { kind: 'person', userId, sessionId: userId, role: 'admin', scopes: ['akm:*'] };
  }

  private async set(name: PersonName, was: Partial<Pick<User, 'role' | 'isActive'>>): Promise<void> {
    const { passwordHash } = this;
    const now = { role: PEOPLE[name], isActive: name !== 'deactivated' };
    await this.app.dataSource.manager.update(User, this.id(name), { ...now, ...was, passwordHash });
  }

  private inManager<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.app.dataSource.transaction(work);
  }
}

import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '#domain';
import { problem } from '#problems';
import type { Role } from '../access/role.js';
import { sqlState } from '../database/transaction.js';
import { type Identity, parseEmail, parseUsername } from './identity.js';
import { User } from './user.entity.js';

export interface NewUser {
  readonly email: string;
  readonly username: string;
  readonly passwordHash: string;
  readonly passwordIsOneTime: boolean;
  readonly role: Role;
}

/** Absent stays as it is. */
export interface NewNames {
  readonly email?: string | undefined;
  readonly username?: string | undefined;
}

/** The rows of people. Which names are taken is decided by the unique indexes alone, so two cannot win. */
@Injectable()
export class Users {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem NOT_FOUND. */
  async get(id: string): Promise<User> {
    return found(await this.dataSource.manager.findOneBy(User, { id }));
  }

  /** The usernames of people, by their id. Who is not there has none. */
  async namesOf(ids: readonly (string | null)[]): Promise<ReadonlyMap<string, string>> {
    const asked = [...new Set(ids.filter((id) => id !== null))];
    if (asked.length === 0) return new Map();
    const people = await this.dataSource.query<{ id: string; username: string }[]>(NAMES, [asked]);
    return new Map(people.map(({ id, username }) => [id, username]));
  }

  /**
   * The same, locked until the end of the transaction.
   * @throws Problem NOT_FOUND.
   */
  async lock(manager: EntityManager, id: string): Promise<User> {
    return found(await manager.findOne(User, { where: { id }, lock: { mode: 'pessimistic_write' } }));
  }

  /** @throws Problem IDENTITY_TAKEN; the transaction is then of no more use. */
  async insert(manager: EntityManager, { email, username, ...person }: NewUser): Promise<User> {
    const now = new Date(this.clock.now());
    const user = manager.create(User, {
      ...person,
      ...namesOf({ email, username }),
      id: uuidv7(),
      oneTimePasswordUsedAt: null,
      isActive: true,
      isVerified: false,
      lastLoginAt: null,
      createdAt: now,
      updatedAt: now,
    });
    await refusingTaken(manager.insert(User, user));
    return user;
  }

  /**
   * Gives a person other names. A new e-mail address is not verified.
   * @throws Problem NOT_FOUND, or IDENTITY_TAKEN; the transaction is then of no more use.
   */
  async rename(manager: EntityManager, id: string, names: NewNames): Promise<{ before: User; after: User }> {
    const before = await this.lock(manager, id);
    const renamed = namesOf(names);
    const isVerified = before.isVerified && (renamed.emailCanonical ?? before.emailCanonical) === before.emailCanonical;
    const change = { ...renamed, isVerified, updatedAt: new Date(this.clock.now()) };
    await refusingTaken(manager.update(User, id, change));
    return { before, after: { ...before, ...change } };
  }
}

/** $1 people. */
const NAMES = 'SELECT id, username FROM users WHERE id = ANY ($1::uuid[])';

const UNIQUE_VIOLATION = '23505';

async function refusingTaken(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    throw sqlState(error) === UNIQUE_VIOLATION ? problem('IDENTITY_TAKEN') : error;
  }
}

/** The columns of names, and only of those that are given. */
function namesOf({ email, username }: NewNames): Partial<User> {
  const mail = email === undefined ? undefined : identityOf(parseEmail(email));
  const name = username === undefined ? undefined : identityOf(parseUsername(username));
  return {
    ...(mail && { email: mail.display, emailCanonical: mail.canonical }),
    ...(name && { username: name.display, usernameCanonical: name.canonical }),
  };
}

/** Requests are validated before they come here. */
function identityOf(parsed: Identity | undefined): Identity {
  if (!parsed) throw new Error('An e-mail address or username was not validated');
  return parsed;
}

function found(user: User | null): User {
  if (!user) throw problem('NOT_FOUND');
  return user;
}

import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
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

/** Writes the rows of people. Which names are taken is decided by the unique indexes alone, so two cannot win. */
@Injectable()
export class Users {
  constructor(private readonly clock: Clock) {}

  /** @throws Problem IDENTITY_TAKEN; the transaction is then of no more use. */
  async insert(manager: EntityManager, person: NewUser): Promise<User> {
    const email = identityOf(parseEmail(person.email));
    const username = identityOf(parseUsername(person.username));
    const now = new Date(this.clock.now());
    const user = manager.create(User, {
      id: uuidv7(),
      email: email.display,
      emailCanonical: email.canonical,
      username: username.display,
      usernameCanonical: username.canonical,
      passwordHash: person.passwordHash,
      passwordIsOneTime: person.passwordIsOneTime,
      oneTimePasswordUsedAt: null,
      role: person.role,
      isActive: true,
      isVerified: false,
      lastLoginAt: null,
      createdAt: now,
      updatedAt: now,
    });
    await refusingTaken(manager.insert(User, user));
    return user;
  }
}

const UNIQUE_VIOLATION = '23505';

async function refusingTaken(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    throw sqlState(error) === UNIQUE_VIOLATION ? problem('IDENTITY_TAKEN') : error;
  }
}

/** Requests are validated before they come here. */
function identityOf(parsed: Identity | undefined): Identity {
  if (!parsed) throw new Error('An e-mail address or username was not validated');
  return parsed;
}

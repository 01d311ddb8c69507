import { randomBytes } from 'node:crypto';
import { generateKey } from '#domain';
import { Sessions } from '../../../apps/api/src/auth/sessions.js';
import type { Call, TestApp } from '../../support/test-app.js';
import type { CallerKind } from './expectation.js';
import { ORIGIN, type People, PEOPLE, type PersonName } from './people.js';
import type { KeyDeath, Who } from './rule.js';
import type { Subjects } from './subjects.js';

/** Somebody who calls, with what they show for it. */
export interface Caller {
  readonly name: string;
  readonly is: CallerKind;
  /** Whose objects are their own. Who is nobody has none: somebody's stand for them. */
  readonly ownerId: string;
  readonly credentials: Pick<Call, 'as' | 'key'>;
}

const DAY_MS = 86_400_000;

/** Every scope and permission there is, one by one, so that any of them can be left out. */
const ONE_BY_ONE = [
  ...['read', 'write', 'delete', 'akm:verify', 'akm:jobs:read', 'akm:logs:read', 'akm:logs:all'],
  ...['akm:keys:read', 'akm:keys:write', 'akm:webhooks:read', 'akm:webhooks:write', 'akm:users:read'],
  ...['akm:users:write', 'akm:keys:all', 'akm:webhooks:all', 'other:scope'],
  ...['akm:anomalies:read', 'akm:anomalies:write', 'akm:anomalies:all'],
];
export const EVERYTHING = ['akm:*', 'admin', 'other:scope'];

/** Everybody who calls each operation. Made once and asked again, until a row has spent them. */
export class Callers {
  private readonly cast = new Map<string, Promise<Caller>>();
  private aged: readonly Caller[] = [];

  constructor(
    private readonly app: TestApp,
    private readonly people: People,
    private readonly subjects: Subjects,
  ) {}

  /** Has two days pass, in which some credentials come to their end. */
  async age(): Promise<void> {
    const admin = this.people.id('admin');
    const retiring = await this.subjects.key(admin, { permissions: EVERYTHING });
    await this.subjects.change(admin, retiring.id, 'rotate');
    const expiring = await this.subjects.key(admin, { permissions: EVERYTHING, expires_in_days: 1 });
    const as = await this.people.token(admin);
    this.app.clock.advance(2 * DAY_MS);
    this.aged = [
      this.deadKey('a secret whose grace period has ended', 'retired', retiring.secret),
      this.deadKey('a key that has expired', 'expired', expiring.secret),
      { name: 'an access token that has expired', is: { kind: 'no token' }, ownerId: admin, credentials: { as } },
    ];
  }

  /** Signs everybody in anew and, if they may have been spent, makes new keys. */
  async renew(areKeysSpent: boolean): Promise<void> {
    for (const name of [...this.cast.keys()]) if (areKeysSpent || !name.includes('key')) this.cast.delete(name);
    if (areKeysSpent) await this.age();
  }

  /** Of an operation that asks for `who`: those who may call it, and those who lack this or that. */
  async of(who: Who): Promise<Caller[]> {
    const asked = 'scope' in who ? who.scope : 'permission' in who ? who.permission : undefined;
    const scope = asked ?? 'other:scope';
    const isForAdmins = 'from' in who && who.from === 'admin';
    const others = ONE_BY_ONE.filter((each) => each !== scope);
    const signedInOrKeys = await Promise.all([
      this.person('readonly'),
      this.person('developer'),
      this.person('another developer'),
      this.person('admin'),
      this.demoted(),
      this.deactivated(),
      this.signedOut(),
      this.keyOf(isForAdmins ? 'admin' : 'developer', 'exactly the scope', [scope]),
      this.keyOf('admin', 'exactly the scope', [scope]),
      this.keyOf('developer', 'every other scope', others),
      this.keyOf('admin', 'everything', EVERYTHING),
      this.keyOf('readonly', 'everything', EVERYTHING),
      this.keyOf('demoted', 'everything', EVERYTHING),
      this.keyOf('deactivated', 'everything', EVERYTHING),
      this.endedKey('disabled', 'disable'),
      this.endedKey('revoked', 'revoke'),
    ]);
    const callers = [...this.strangers(), ...signedInOrKeys, ...this.aged];
    return callers.filter(({ name }, at) => callers.findIndex((each) => each.name === name) === at);
  }

  person(name: PersonName): Promise<Caller> {
    return this.once(name, async () => ({
      name,
      is: { kind: 'person', role: PEOPLE[name] },
      ownerId: this.people.id(name),
      credentials: { as: await this.people.token(this.people.id(name)) },
    }));
  }

  keyOf(owner: PersonName, what: string, permissions: string[]): Promise<Caller> {
    const name = `${owner}’s key for ${what}`;
    const ownerId = this.people.id(owner);
    return this.once(`${name}: ${permissions.join()}`, async () => ({
      name,
      is: { kind: 'key', role: PEOPLE[owner], isOwnerActive: owner !== 'deactivated', permissions },
      ownerId,
      credentials: { key: (await this.subjects.key(ownerId, { permissions })).secret },
    }));
  }

  nobody(): Caller {
    return { name: 'nobody', is: { kind: 'nobody' }, ownerId: this.people.id('developer'), credentials: {} };
  }

  private strangers(): Caller[] {
    const ownerId = this.people.id('developer');
    return [
      this.nobody(),
      { name: 'a token that is garbage', is: { kind: 'no token' }, ownerId, credentials: { as: 'a.b.c' } },
      this.deadKey('a key that is garbage', 'malformed', 'akm_live_garbage'),
      this.deadKey('a key nobody made', 'unknown', generateKey('production', randomBytes).reveal()),
    ];
  }

  /** Signed in as an admin, and made readonly with the token in hand. */
  private demoted(): Promise<Caller> {
    return this.once('demoted since signing in', async (name) => ({
      name,
      is: { kind: 'person', role: PEOPLE.demoted },
      ownerId: this.people.id('demoted'),
      credentials: { as: await this.people.formerToken('demoted', { role: 'admin' }) },
    }));
  }

  /** With a session that runs. */
  private deactivated(): Promise<Caller> {
    return this.once('deactivated since signing in', async (name) => ({
      name,
      is: { kind: 'no token' },
      ownerId: this.people.id('deactivated'),
      credentials: { as: await this.people.formerToken('deactivated', { isActive: true }) },
    }));
  }

  private signedOut(): Promise<Caller> {
    return this.once('signed out since signing in', async (name) => {
      const ownerId = await this.people.stranger(undefined, 'admin');
      const as = await this.people.token(ownerId);
      await this.app.nest.get(Sessions).signOut(ownerId, ORIGIN);
      return { name, is: { kind: 'no token' }, ownerId, credentials: { as } };
    });
  }

  private endedKey(death: 'disabled' | 'revoked', step: 'disable' | 'revoke'): Promise<Caller> {
    return this.once(`a key that is ${death}`, async (name) => {
      const admin = this.people.id('admin');
      const { id, secret } = await this.subjects.key(admin, { permissions: EVERYTHING });
      await this.subjects.change(admin, id, step);
      return this.deadKey(name, death, secret);
    });
  }

  /** Nothing but its death stands in its way. */
  private deadKey(name: string, death: KeyDeath, key: string): Caller {
    const is = { kind: 'key', role: 'admin', isOwnerActive: true, permissions: EVERYTHING, death } as const;
    return { name, is, ownerId: this.people.id('admin'), credentials: { key } };
  }

  private once(name: string, make: (name: string) => Promise<Caller>): Promise<Caller> {
    const known = this.cast.get(name) ?? make(name);
    this.cast.set(name, known);
    return known;
  }
}

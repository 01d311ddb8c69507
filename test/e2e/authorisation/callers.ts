import { randomBytes } from 'node:crypto';
import { generateKey } from '#domain';
import { Sessions } from '../../../apps/api/src/auth/sessions.js';
import type { Call, TestApp } from '../../support/test-app.js';
import type { CallerKind } from './expectation.js';
import { ORIGIN, type People, type PersonName } from './people.js';
import { type KeyDeath, type Role, type Who } from './rule.js';
import type { Subjects } from './subjects.js';

/** Somebody who calls, with what they show for it. */
export interface Caller {
  readonly name: string;
  readonly is: CallerKind;
  /** Whose objects are their own. Who is nobody has none: the developer's stand for them. */
  readonly owner: PersonName;
  readonly credentials: Pick<Call, 'as' | 'key'>;
}

const DAY_MS = 86_400_000;
/** Every scope and permission there is, one by one, so that any of them can be left out. */
const ALL_BUT_WILDCARDS = [
  ...['read', 'write', 'delete', 'akm:verify', 'akm:jobs:read', 'akm:logs:read', 'akm:logs:all'],
  ...['akm:keys:read', 'akm:keys:write', 'akm:webhooks:read', 'akm:webhooks:write', 'akm:users:read'],
  ...['akm:users:write', 'akm:keys:all', 'akm:webhooks:all', 'other:scope'],
];
const EVERYTHING = ['akm:*', 'admin', 'other:scope'];

/** Everybody who calls each operation. */
export class Callers {
  private cast = new Map<string, Promise<Caller>>();
  private aged: readonly Caller[] = [];

  constructor(
    private readonly app: TestApp,
    private readonly people: People,
    private readonly subjects: Subjects,
  ) {}

  /** Has two days pass, in which things come to an end. */
  async age(): Promise<void> {
    const { id: retiring, secret: retired } = await this.subjects.key(this.people.id('admin'), {
      permissions: EVERYTHING,
    });
    await this.subjects.change(this.people.id('admin'), retiring, 'rotate');
    const { secret: expired } = await this.subjects.key(this.people.id('admin'), {
      permissions: EVERYTHING,
      expires_in_days: 1,
    });
    const token = await this.people.token(this.people.id('admin'));
    this.app.clock.advance(2 * DAY_MS);
    this.aged = [
      this.dead('a key that has expired', 'expired', expired),
      this.dead('a secret whose grace period has ended', 'retired', retired),
      {
        name: 'an access token that has expired',
        is: { kind: 'no token' },
        owner: 'admin',
        credentials: { as: token },
      },
    ];
  }

  /** Forgets tokens, and keys if they may have been spent. */
  async renew(areKeysSpent: boolean): Promise<void> {
    for (const name of [...this.cast.keys()]) if (areKeysSpent || !name.includes('key')) this.cast.delete(name);
    if (areKeysSpent) await this.age();
  }

  /** Whoever may call, and all who may not, of an operation that asks for `who`. */
  async of(who: Who): Promise<Caller[]> {
    const scope = 'scope' in who ? who.scope : 'permission' in who ? who.permission : 'other:scope';
    const isForAdmins = 'from' in who && who.from === 'admin';
    const others = ALL_BUT_WILDCARDS.filter((each) => each !== scope);
    const living = await Promise.all([
      this.person('readonly'),
      this.person('developer'),
      this.person('another developer'),
      this.person('admin'),
      this.keyOf(isForAdmins ? 'admin' : 'developer', 'exactly the scope', [scope ?? 'other:scope']),
      this.keyOf('admin', 'exactly the scope', [scope ?? 'other:scope']),
      this.keyOf('developer', 'every other scope', others),
      this.keyOf('admin', 'everything', EVERYTHING),
      this.keyOf('readonly', 'everything', EVERYTHING),
      this.keyOf('demoted', 'everything', EVERYTHING),
      this.keyOf('deactivated', 'everything', EVERYTHING),
      this.deadKey('disabled', 'disable'),
      this.deadKey('revoked', 'revoke'),
      this.once('demoted since', () => this.demotedPerson()),
      this.once('deactivated since', () => this.deactivatedPerson()),
      this.once('signed out', () => this.signedOutPerson()),
    ]);
    const distinct = living.filter(({ name }, at) => living.findIndex((each) => each.name === name) === at);
    return [...STRANGERS, this.unknownKey(), ...distinct, ...this.aged];
  }

  private person(owner: PersonName & (Role | 'another developer')): Promise<Caller> {
    const role = owner === 'another developer' ? 'developer' : owner;
    return this.once(owner, async () => ({
      name: owner,
      is: { kind: 'person', role },
      owner,
      credentials: { as: await this.people.token(this.people.id(owner)) },
    }));
  }

  private keyOf(
    owner: 'readonly' | 'developer' | 'admin' | 'demoted' | 'deactivated',
    what: string,
    permissions: string[],
  ) {
    const role = owner === 'demoted' ? 'readonly' : owner === 'deactivated' ? 'admin' : owner;
    const name = `${owner}’s key for ${what}`;
    return this.once(`${name}: ${permissions.join()}`, async () => ({
      name,
      is: { kind: 'key', role, isOwnerActive: owner !== 'deactivated', permissions },
      owner,
      credentials: { key: (await this.subjects.key(this.people.id(owner), { permissions })).secret },
    }));
  }

  private deadKey(death: 'disabled' | 'revoked', step: 'disable' | 'revoke'): Promise<Caller> {
    return this.once(`${death} key`, async () => {
      const admin = this.people.id('admin');
      const { id, secret } = await this.subjects.key(admin, { permissions: EVERYTHING });
      await this.subjects.change(admin, id, step);
      return this.dead(`a key that is ${death}`, death, secret);
    });
  }

  private dead(name: string, death: KeyDeath, key: string): Caller {
    const is = { kind: 'key', role: 'admin', isOwnerActive: true, permissions: EVERYTHING, death } as const;
    return { name, is, owner: 'admin', credentials: { key } };
  }

  private unknownKey(): Caller {
    return this.dead('a key nobody made', 'unknown', generateKey('production', randomBytes).reveal());
  }

  /** Signed in as an admin, and made readonly with the token in hand. */
  private async demotedPerson(): Promise<Caller> {
    const as = await this.people.formerToken('demoted', { role: 'admin' });
    return {
      name: 'demoted since signing in',
      is: { kind: 'person', role: 'readonly' },
      owner: 'demoted',
      credentials: { as },
    };
  }

  private async deactivatedPerson(): Promise<Caller> {
    const as = await this.people.formerToken('deactivated', { isActive: true });
    return {
      name: 'deactivated since signing in',
      is: { kind: 'no token' },
      owner: 'deactivated',
      credentials: { as },
    };
  }

  private async signedOutPerson(): Promise<Caller> {
    const userId = await this.people.stranger(undefined, 'admin');
    const as = await this.people.token(userId);
    await this.app.nest.get(Sessions).signOut(userId, ORIGIN);
    return { name: 'signed out since signing in', is: { kind: 'no token' }, owner: 'admin', credentials: { as } };
  }

  private once(name: string, make: () => Promise<Caller>): Promise<Caller> {
    const known = this.cast.get(name) ?? make();
    this.cast.set(name, known);
    return known;
  }
}

const STRANGERS: readonly Caller[] = [
  { name: 'nobody', is: { kind: 'nobody' }, owner: 'developer', credentials: {} },
  { name: 'a token that is garbage', is: { kind: 'no token' }, owner: 'developer', credentials: { as: 'a.b.c' } },
  {
    name: 'a key that is garbage',
    is: { kind: 'key', role: 'admin', isOwnerActive: true, permissions: EVERYTHING, death: 'malformed' },
    owner: 'developer',
    credentials: { key: 'akm_live_garbage' },
  },
];

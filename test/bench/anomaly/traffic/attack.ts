import { type Place } from '#domain';
import { BUCKETS_A_DAY } from './calendar.js';
import { type Chance } from './chance.js';
import { type Calls, type Client } from './client.js';
import { otherCountry, thiefPlace, type Networks } from './whereabouts.js';

/** By what happens, in words for a table. The first six are the use of a key by somebody who should not have it. */
export const THEFTS = [
  'leaked, used loudly',
  'leaked, used quietly',
  'leaked to a cloud of the same country',
  'leaked, tried for what it may do',
  'shared among strangers',
  'forgotten, then found',
] as const;

export const MISUSES = [
  'a burst from home',
  'a drain from home',
  'off hours from home',
  'a slow rise from home',
] as const;

export type AttackKind = (typeof THEFTS)[number] | (typeof MISUSES)[number];

/** Which stretch of buckets an attack takes, at least and at most. */
const DURATIONS: Record<AttackKind, readonly [number, number]> = {
  'leaked, used loudly': [6, 72],
  'leaked, used quietly': [144, 864],
  'leaked to a cloud of the same country': [72, 576],
  'leaked, tried for what it may do': [1, 6],
  'shared among strangers': [2 * BUCKETS_A_DAY, 4 * BUCKETS_A_DAY],
  'forgotten, then found': [3, 72],
  'a burst from home': [2, 12],
  'a drain from home': [6, 36],
  'off hours from home': [24, 24],
  'a slow rise from home': [10 * BUCKETS_A_DAY, 10 * BUCKETS_A_DAY],
};

/** What somebody else does with a key, from one bucket to another, both included. */
export class Attack {
  readonly from: number;
  readonly until: number;
  /** The owner does not use the key any more from here on. */
  readonly asleepFrom: number;
  private readonly place: Place;
  private readonly strangers: readonly Place[];
  private readonly force: number;

  constructor(
    readonly kind: AttackKind,
    from: number,
    last: number,
    private readonly client: Client,
    private readonly chance: Chance,
    networks: Networks,
  ) {
    const { country } = client.whereabouts;
    this.from = kind === 'off hours from home' ? client.nightOf(from) : from;
    this.until = Math.min(last, this.from + chance.integer(...DURATIONS[kind]));
    this.asleepFrom =
      kind === 'forgotten, then found'
        ? Math.max(BUCKETS_A_DAY, from - chance.integer(12, 25) * BUCKETS_A_DAY)
        : Infinity;
    const isInCloud = kind === 'leaked to a cloud of the same country';
    this.place = thiefPlace(chance, networks, isInCloud ? country : otherCountry(chance, country), isInCloud);
    this.strangers = Array.from({ length: chance.integer(2, 5) }, () =>
      thiefPlace(chance, networks, chance.isTrue(0.6) ? country : chance.integer(1, 60)),
    );
    this.force = chance.share();
  }

  /** @param own what the owner does in the same five minutes. */
  advance(bucket: number, own: readonly Calls[]): Calls[] {
    if (bucket < this.from || bucket > this.until) return [];
    return this.calls(bucket, own).filter(({ calls }) => calls > 0);
  }

  private calls(bucket: number, own: readonly Calls[]): Calls[] {
    const { chance, client, force, place } = this;
    const home = client.whereabouts.home;
    const usual = Math.max(1, client.rate);
    switch (this.kind) {
      case 'leaked, used loudly':
        return [allowed(place, chance.poisson(20 + usual * (3 + 15 * force)))];
      case 'leaked, used quietly':
        return chance.isTrue(0.15) ? [allowed(place, chance.integer(1, 4))] : [];
      case 'leaked to a cloud of the same country':
        return chance.isTrue(0.3) ? [allowed(place, chance.integer(1, 12))] : [];
      case 'leaked, tried for what it may do':
        return [this.probe(home)];
      case 'shared among strangers':
        return this.strangers
          .filter(() => chance.isTrue(0.25))
          .map((stranger) => allowed(stranger, chance.poisson(1 + 0.3 * usual)));
      case 'forgotten, then found':
        return [allowed(place, chance.poisson(2 + usual))];
      case 'a burst from home':
        return [allowed(home, chance.poisson(10 + usual * (5 + 10 * force)))];
      case 'a drain from home':
        return [allowed(home, chance.poisson(usual * (2 + 3 * force)))];
      case 'off hours from home':
        return [allowed(home, chance.poisson(usual * (0.5 + force)))];
      case 'a slow rise from home': {
        const rise = (0.1 * (bucket - this.from)) / BUCKETS_A_DAY;
        const base = client.kind === 'cron' ? (own.length > 0 ? client.burst : 0) : client.expected(bucket);
        return [allowed(home, chance.poisson(rise * base))];
      }
    }
  }

  /** From home: the hardest case, a thief inside the same network. */
  private probe(home: Place): Calls {
    const calls = this.chance.integer(6, 30);
    const scopes = this.chance.integer(4, 12);
    const deniedScopes = Array.from({ length: scopes }, (_, index) => 100 + index);
    return { place: home, calls, denied: Math.round(0.8 * calls), deniedScopes, failed: 0 };
  }
}

function allowed(place: Place, calls: number): Calls {
  return { place, calls, denied: 0, deniedScopes: [], failed: 0 };
}

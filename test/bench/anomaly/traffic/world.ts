import { Attack, MISUSES, THEFTS } from './attack.js';
import { BUCKETS_A_DAY, calendarOf } from './calendar.js';
import { Chance } from './chance.js';
import { type Calls, Client, SURPRISING_KINDS, USUAL_KINDS } from './client.js';
import { Networks } from './whereabouts.js';

export interface WorldSize {
  readonly keys: number;
  /** Before the first attack. */
  readonly learningDays: number;
  readonly watchedDays: number;
  /** Of the keys, each attacked once. */
  readonly attacked: number;
  /** Whether some keys behave as none did when the thresholds were chosen. */
  readonly hasSurprises: boolean;
}

export const FULL_SIZE: WorldSize = {
  keys: 120,
  learningDays: 28,
  watchedDays: 14,
  attacked: 0.35,
  hasSurprises: false,
};

/** The keys of an installation, their owners and their thieves. The same seed and size give the same world. */
export class World {
  readonly keys: readonly KeyLife[];
  readonly buckets: number;

  constructor(
    readonly seed: number,
    readonly size: WorldSize,
  ) {
    const days = size.learningDays + size.watchedDays;
    const calendar = calendarOf(seed, days);
    const networks = new Networks();
    this.buckets = days * BUCKETS_A_DAY;
    this.keys = Array.from({ length: size.keys }, (_, index) => {
      const chance = new Chance(1_000 * seed + index);
      const kinds = size.hasSurprises && chance.isTrue(0.15) ? SURPRISING_KINDS : USUAL_KINDS;
      const client = new Client(chance.pick(kinds), calendar, chance, networks);
      const attack = chance.isTrue(size.attacked) ? this.attackOn(client, chance, networks) : undefined;
      return new KeyLife(`${seed}/${index}`, client, attack);
    });
  }

  private attackOn(client: Client, chance: Chance, networks: Networks): Attack {
    const kind = chance.pick([...THEFTS, ...MISUSES]);
    const from = (this.size.learningDays + 0.5 + chance.share() * (this.size.watchedDays - 5)) * BUCKETS_A_DAY;
    const hasNights = ['backend', 'developer', 'partner'].includes(client.kind);
    const feasible = kind === 'off hours from home' && !hasNights ? 'a burst from home' : kind;
    return new Attack(feasible, Math.floor(from), this.buckets - 1, client, chance, networks);
  }
}

export class KeyLife {
  constructor(
    readonly id: string,
    readonly client: Client,
    readonly attack: Attack | undefined,
  ) {}

  /** Buckets in order, each once. */
  advance(bucket: number): Calls[] {
    const own = this.client.advance(bucket, bucket >= (this.attack?.asleepFrom ?? Infinity));
    return this.attack === undefined ? own : [...own, ...this.attack.advance(bucket, own)];
  }
}

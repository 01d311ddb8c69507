import { type Place } from '#domain';
import { BUCKETS_A_DAY, type Calendar } from './calendar.js';
import { type Chance } from './chance.js';
import { type Networks, Whereabouts } from './whereabouts.js';

export const USUAL_KINDS = [
  ...['backend', 'backend', 'backend', 'cron', 'cron', 'batch', 'developer', 'developer'],
  ...['worker', 'rare', 'fleet', 'serverless', 'partner'],
] as const satisfies readonly ClientKind[];

/** Kinds that are only in the worlds which are to surprise. */
export const SURPRISING_KINDS = ['game', 'campaign'] as const satisfies readonly ClientKind[];

export type ClientKind =
  | 'backend'
  | 'cron'
  | 'batch'
  | 'developer'
  | 'worker'
  | 'rare'
  | 'fleet'
  | 'serverless'
  | 'partner'
  | 'game'
  | 'campaign';

/** What a key did from one place in five minutes. */
export interface Calls {
  readonly place: Place;
  readonly calls: number;
  readonly denied: number;
  readonly deniedScopes: readonly number[];
  /** By no fault of the caller. */
  readonly failed: number;
}

/** How many requests in five minutes a kind makes while it is at work, as a logarithm. */
const RATES: Record<ClientKind, number> = {
  backend: 2.6,
  fleet: 2.6,
  game: 2.6,
  worker: 2,
  serverless: 2,
  campaign: 2,
  cron: 1,
  batch: 1,
  rare: 1,
  partner: 1,
  developer: 0.6,
};

/** What the rightful owner of a key does with it, five minutes at a time, with all that makes alarms cry wolf. */
export class Client {
  readonly whereabouts: Whereabouts;
  /** Requests in five minutes, as a rule. */
  readonly rate: number;
  private readonly isSpread: boolean;
  private readonly timeZone: number;
  private readonly swing: number;
  private readonly weekend: number;
  private readonly steadiness: number;
  private readonly growth: number;
  private readonly period: number;
  private readonly phase: number;
  readonly burst: number;
  private readonly denials: number;
  private readonly wakes: number;
  private readonly outageLuck: number;
  private level = 1;
  private session = { buckets: 0, rate: 0 };
  private campaign = { until: -1, factor: 1 };

  constructor(
    readonly kind: ClientKind,
    private readonly calendar: Calendar,
    private readonly chance: Chance,
    networks: Networks,
  ) {
    this.isSpread = kind === 'fleet' || kind === 'game';
    this.whereabouts = new Whereabouts(chance, networks, this.placeCount(), this.isSpread);
    this.rate = Math.exp(1.6 * chance.normal() + RATES[kind]);
    this.timeZone = chance.integer(-8, 9);
    this.swing = kind === 'worker' ? 0.1 * chance.share() : 0.3 + 0.65 * chance.share();
    this.weekend = kind === 'worker' ? 1 : 0.25 + 0.75 * chance.share();
    this.steadiness = kind === 'developer' ? 0.7 : 2 + chance.exponential(12);
    this.growth = chance.normal() * (chance.isTrue(0.3) ? 0.012 : 0.003);
    this.period = chance.pick([3, 6, 12, 12, 72, 288]);
    this.phase = chance.integer(0, BUCKETS_A_DAY - 1);
    this.burst = 5 + chance.exponential(60);
    this.denials = chance.isTrue(0.15) ? 0.01 * chance.share() : 0.0003 * chance.share();
    this.wakes = 0.004 + 0.02 * chance.share();
    this.outageLuck = chance.share();
  }

  /** @param isAsleep it makes no calls, but goes on changing. */
  advance(bucket: number, isAsleep: boolean): Calls[] {
    this.change(bucket);
    const calls = isAsleep ? 0 : this.calls(bucket);
    const outage = this.calendar.outages.find(
      ({ from, until, share }) => bucket >= from && bucket < until && this.outageLuck < share,
    );
    if (outage === undefined || calls === 0) return this.spread(bucket, calls, 0);
    return this.spread(bucket, Math.round(calls * outage.retries), 0.3 + 0.5 * this.chance.share());
  }

  /** Requests expected at this moment of the day and week. */
  expected(bucket: number): number {
    return this.rate * this.cycle(bucket);
  }

  /** The bucket in which its night begins, on the day of the one given. */
  nightOf(bucket: number): number {
    return Math.floor(bucket / BUCKETS_A_DAY) * BUCKETS_A_DAY + ((26 - this.timeZone) % 24) * 12;
  }

  private placeCount(): number {
    if (this.isSpread) return this.chance.integer(30, 150);
    if (this.kind === 'serverless') return this.chance.integer(6, 20);
    return this.chance.integer(1, this.kind === 'developer' ? 3 : 4);
  }

  /** What stays changed: a deployment, a move, a journey, a campaign. Each so many days apart on average. */
  private change(bucket: number): void {
    const { chance, whereabouts } = this;
    const happens = (everyDays: number) => chance.isTrue(1 / (everyDays * BUCKETS_A_DAY));
    if (happens(18)) {
      this.level *= Math.exp(0.35 * chance.normal());
      if (chance.isTrue(0.6)) whereabouts.upgrade();
    }
    if (happens(this.isSpread ? 0.4 : this.kind === 'serverless' ? 3 : 30)) whereabouts.move();
    if (this.kind === 'developer' && !whereabouts.isTravelling(bucket) && happens(25))
      whereabouts.travel(bucket + chance.integer(1, 5) * BUCKETS_A_DAY);
    if (this.kind === 'campaign' && bucket > this.campaign.until && happens(9))
      this.campaign = { until: bucket + chance.integer(12, 96), factor: 2 + chance.exponential(4) };
  }

  private calls(bucket: number): number {
    const { chance } = this;
    const ofDay = bucket % BUCKETS_A_DAY;
    switch (this.kind) {
      case 'cron':
        return (bucket + this.phase) % this.period === 0 ? chance.poisson(this.burst * this.trend(bucket)) : 0;
      case 'batch':
        return ofDay >= this.phase && ofDay < this.phase + this.period
          ? chance.negativeBinomial(15 * this.rate * this.level, 8)
          : 0;
      case 'developer':
        return this.developerCalls(bucket);
      case 'rare':
        return chance.isTrue(this.wakes) ? chance.poisson(1 + this.rate) : 0;
      case 'campaign': {
        const factor = bucket <= this.campaign.until ? this.campaign.factor : 1;
        return chance.negativeBinomial(factor * this.expected(bucket), this.steadiness);
      }
      case 'backend':
      case 'worker':
      case 'fleet':
      case 'game':
      case 'serverless':
      case 'partner':
        return chance.negativeBinomial(this.expected(bucket), this.steadiness);
    }
  }

  /** Now and then in office hours, seldom at any other. */
  private developerCalls(bucket: number): number {
    const { chance } = this;
    const hour = this.hour(bucket);
    const isOffice = hour > 8.5 && hour < 19 && !this.isDayOff(bucket);
    if (this.session.buckets <= 0 && isOffice && chance.isTrue(0.03))
      this.session = { buckets: chance.integer(1, 24), rate: this.rate * Math.exp(0.8 * chance.normal()) };
    if (this.session.buckets <= 0 && chance.isTrue(0.0008))
      this.session = { buckets: chance.integer(1, 8), rate: this.rate };
    return this.session.buckets-- > 0 ? chance.negativeBinomial(this.session.rate, 0.8) : 0;
  }

  private cycle(bucket: number): number {
    const wave = 0.35 + 0.9 * Math.sin(((this.hour(bucket) - 6) / 24) * 2 * Math.PI);
    const ofDay = Math.max(0.02, 1 - this.swing + this.swing * Math.max(0, wave));
    return ofDay * (this.isDayOff(bucket) ? this.weekend : 1) * this.trend(bucket);
  }

  private trend(bucket: number): number {
    return Math.exp((this.growth * bucket) / BUCKETS_A_DAY) * this.level;
  }

  private hour(bucket: number): number {
    return ((bucket % BUCKETS_A_DAY) / 12 + this.timeZone + 24) % 24;
  }

  private isDayOff(bucket: number): boolean {
    const localDay = Math.floor((bucket + 12 * this.timeZone) / BUCKETS_A_DAY);
    return (localDay + 7) % 7 >= 5 || this.calendar.holidays.has(Math.floor(bucket / BUCKETS_A_DAY));
  }

  /** The calls, spread over some of the places. */
  private spread(bucket: number, calls: number, failedShare: number): Calls[] {
    const { chance } = this;
    const places = this.whereabouts.placesAt(bucket);
    const used = Math.min(calls, this.isSpread ? Math.min(25, places.length) : chance.integer(1, places.length));
    const all: Calls[] = [];
    let left = calls;
    for (let index = 0; index < used && left > 0; index++) {
      const isLast = index === used - 1;
      const part = isLast ? left : Math.min(left, Math.max(1, Math.floor(left * (0.2 + 0.6 * chance.share()))));
      left -= part;
      const place = this.isSpread ? chance.pick(places) : (places[index] as Place);
      const tries = this.kind === 'developer' && chance.isTrue(0.02) ? chance.integer(1, 3) : 0;
      const denied = Math.min(part, chance.poisson(part * this.denials) + tries);
      const deniedScopes = [1, 2].slice(0, denied);
      all.push({ place, calls: part, denied, deniedScopes, failed: Math.round(part * failedShare) });
    }
    return all;
  }
}

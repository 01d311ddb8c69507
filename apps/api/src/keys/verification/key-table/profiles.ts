import type { AddressRange, BucketPolicy, KeyEnvironment } from '#domain';
import type { KnownKey, Throttle } from '../known-key.js';

/** What many keys have in common: who issues a million keys issues them alike. */
export interface Profile {
  readonly environment: KeyEnvironment;
  readonly permissions: readonly string[];
  readonly allowedServices: readonly string[];
  readonly allowedRanges: readonly AddressRange[];
  readonly allowedUserAgents: readonly string[];
  readonly limits: readonly BucketPolicy[];
  readonly throttle: Throttle | null;
  readonly hasCredits: boolean;
}

/** Profiles by number, each kept once for as long as a key has it. */
export class Profiles {
  private readonly profiles: (Interned | undefined)[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly free: number[] = [];
  private length = 0;

  /** About how much memory they take. */
  get bytes(): number {
    return this.length;
  }

  /** @returns the number of the profile of this key, to be given back with `release`. */
  intern(known: KnownKey): number {
    const profile = profileOf(known);
    const text = JSON.stringify(profile);
    const found = this.numbers.get(text);
    const number = found ?? this.add({ profile, text, uses: 0 });
    const interned = this.interned(number);
    interned.uses += 1;
    return number;
  }

  get(number: number): Profile {
    return this.interned(number).profile;
  }

  release(number: number): void {
    const interned = this.interned(number);
    interned.uses -= 1;
    if (interned.uses > 0) return;
    this.numbers.delete(interned.text);
    this.profiles[number] = undefined;
    this.free.push(number);
    this.length -= weightOf(interned);
  }

  private add(interned: Interned): number {
    const number = this.free.pop() ?? this.profiles.length;
    this.profiles[number] = interned;
    this.numbers.set(interned.text, number);
    this.length += weightOf(interned);
    return number;
  }

  private interned(number: number): Interned {
    const interned = this.profiles[number];
    if (!interned) throw new RangeError('There is no such profile');
    return interned;
  }
}

interface Interned {
  readonly profile: Profile;
  readonly text: string;
  uses: number;
}

/** The profile lies in memory three times over: as objects, as text and as a key of the map. */
function weightOf({ text }: Interned): number {
  return 3 * text.length;
}

function profileOf({ facts, limits, throttle, hasCredits }: KnownKey): Profile {
  const { environment, permissions, allowedServices, allowedRanges, allowedUserAgents } = facts;
  return { environment, permissions, allowedServices, allowedRanges, allowedUserAgents, limits, throttle, hasCredits };
}

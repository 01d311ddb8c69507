import { HOUR_MS } from './use-hours.js';

/** Part of an hour, in milliseconds since the epoch: `from` is included, `to` is not. */
export interface Place {
  readonly from: number;
  readonly to: number;
  /** How many uses there are in it that match; absent: nobody has counted. */
  readonly uses?: number;
}

/** Where in the newest part of the log something can be, by the hour of UTC. */
export class Places {
  /**
   * @param byHour of the hours from `since` on, those in which it can be.
   * @param since before this hour it can be anywhere; -Infinity: all is known.
   */
  constructor(
    private readonly byHour: ReadonlyMap<number, Place>,
    private readonly since = -Infinity,
  ) {}

  /** Undefined: it is not in this hour. */
  in(hour: number): Place | undefined {
    return hour < this.since ? wholeHour(hour) : this.byHour.get(hour);
  }

  /** All hours in which it can be; undefined: they are too many to be known. */
  get hours(): readonly number[] | undefined {
    return this.since === -Infinity ? [...this.byHour.keys()] : undefined;
  }

  /** Where both can be. */
  and(other: Places): Places {
    const known = [...this.#known(), ...other.#known().filter((hour) => hour < this.since)];
    const places = known.flatMap((hour) => {
      const [here, there] = [this.in(hour), other.in(hour)];
      const both = here && there && overlap(here, there);
      return both ? [[hour, both] as const] : [];
    });
    return new Places(new Map(places), Math.min(this.since, other.since));
  }

  #known(): number[] {
    return [...this.byHour.keys()].filter((hour) => hour >= this.since);
  }
}

export function wholeHour(at: number): Place {
  return { from: at, to: at + HOUR_MS };
}

function overlap(one: Place, other: Place): Place | undefined {
  const [from, to] = [Math.max(one.from, other.from), Math.min(one.to, other.to)];
  return from < to ? { from, to } : undefined;
}

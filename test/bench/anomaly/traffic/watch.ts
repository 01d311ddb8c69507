import {
  denied,
  dormant,
  initialPool,
  place,
  shape,
  sharing,
  type DeniedState,
  type DormantState,
  type Evidence,
  type PlaceState,
  type Pool,
  type ShapeState,
  type SharingState,
} from '#domain';
import { DAY_MS, MINUTES_5, START } from './calendar.js';
import { type Calls } from './client.js';
import { type KeyLife, type World } from './world.js';

/** In the first two weeks a key is still being learned, and what is said then is not kept. */
export const KEPT_FROM = START + 14 * DAY_MS;

/** What the detectors said about one key, in order. */
export interface WatchedKey {
  readonly life: KeyLife;
  readonly evidence: readonly Evidence[];
}

export interface Watch {
  readonly world: World;
  readonly keys: readonly WatchedKey[];
  /** Processor time of all detectors together, for each key and bucket. */
  readonly microseconds: number;
  /** The largest state of a key when it was all over. */
  readonly bytes: number;
}

/** Lets the world happen, and shows it to the detectors as it happens. @param countsFailed as the server does, which is not told what became of a use. */
export function watch(world: World, countsFailed = false): Watch {
  const pool = initialPool();
  const watchers = world.keys.map((life) => new KeyWatcher(life, pool, countsFailed));
  let microseconds = 0;
  for (let bucket = 0; bucket < world.buckets; bucket++) {
    const all = world.keys.map((key) => key.advance(bucket));
    const started = process.cpuUsage();
    for (const [index, watcher] of watchers.entries()) watcher.see(START + bucket * MINUTES_5, all[index] ?? []);
    const { user, system } = process.cpuUsage(started);
    microseconds += user + system;
  }
  return {
    world,
    keys: watchers,
    microseconds: microseconds / world.buckets / world.keys.length,
    bytes: Math.max(...watchers.map((watcher) => watcher.bytes())),
  };
}

class KeyWatcher implements WatchedKey {
  readonly evidence: Evidence[] = [];
  private readonly place: PlaceState;
  private readonly denied: DeniedState;
  private readonly sharing: SharingState;
  private readonly dormant: DormantState;
  private readonly shape: ShapeState;

  constructor(
    readonly life: KeyLife,
    private readonly pool: Pool,
    private readonly countsFailed: boolean,
  ) {
    this.place = place.init(START);
    this.denied = denied.init(START);
    this.sharing = sharing.init(START);
    this.dormant = dormant.init(START);
    this.shape = shape.init(START);
  }

  /** Each place's calls are one batch, spread evenly over the five minutes; the rollup is seen when they are over. */
  see(at: number, calls: readonly Calls[]): void {
    calls.forEach((each, index) => {
      const uses = { ...each, at: at + Math.floor(((index + 1) / (calls.length + 1)) * MINUTES_5) };
      this.keep(place.step(this.place, uses, this.pool));
      this.keep(denied.step(this.denied, uses, this.pool));
      this.keep(sharing.step(this.sharing, uses, this.pool));
      this.keep(dormant.step(this.dormant, uses, this.pool));
    });
    const counted = calls.reduce((sum, each) => sum + each.calls - (this.countsFailed ? 0 : each.failed), 0);
    this.keep(shape.step(this.shape, { at, calls: counted }, this.pool));
  }

  bytes(): number {
    return (
      place.encode(this.place).length +
      denied.encode(this.denied).length +
      sharing.encode(this.sharing).length +
      dormant.encode(this.dormant).length +
      shape.encode(this.shape).length
    );
  }

  private keep(evidence: Evidence | null): void {
    if (evidence && evidence.at >= KEPT_FROM) this.evidence.push(evidence);
  }
}

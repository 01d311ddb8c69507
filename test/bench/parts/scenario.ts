import type { Records } from '../load/records.js';
import type { RequestTemplate } from '../load/request.js';
import type { Options } from '../options.js';
import type { Target } from '../stage.js';
import type { World } from '../world.js';

/** One kind of request that is sent as fast as it is answered. */
export interface Scenario {
  readonly name: string;
  /** Any other status makes the figure worthless. */
  readonly expected: readonly number[];
  /** Wanted of the requests per second of the Fastify hello. */
  readonly target?: number;
  readonly comparedWith?: string;
  /** Wanted of what it is compared with. */
  readonly wantedOfOther?: number;
  /** Verifications in a request. */
  readonly perRequest?: number;
  /** Makes it ready, or says why it cannot be played here. */
  readonly prepare: (world: World, options: Options) => Play | string | Promise<Play | string>;
}

/** What a scenario plays. */
export interface Play {
  readonly target: Target;
  readonly request: RequestTemplate;
  /** @param run 0 for the warm-up, then 1 to the number of rounds. */
  readonly records: (run: number) => Records;
  readonly once?: boolean;
  /** Starts what goes on meanwhile; the function it answers ends that and says what it was. */
  readonly beside?: () => () => Promise<string>;
}

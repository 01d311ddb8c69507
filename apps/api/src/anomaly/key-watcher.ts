import {
  canary,
  type CertainState,
  type Detector,
  denied,
  type DeniedState,
  dormant,
  type DormantState,
  type Evidence,
  isKnownNetwork,
  place,
  type PlaceState,
  type Pool,
  retiredSecret,
  sharing,
  type SharingState,
} from '#domain';
import { numberOf, type Whereabouts } from './whereabouts.js';
import type { UseRun } from './use-runs.js';

/** What is kept of the detectors between two turns. */
export interface KeptStates {
  /** Milliseconds since the epoch. */
  readonly seenUntil: number;
  readonly place: Buffer;
  readonly denied: Buffer;
  readonly sharing: Buffer;
  readonly dormant: Buffer;
  readonly retiredSecret: Buffer;
}

/** The detectors of one key, told of its uses in the order in which they stand in the log. */
export class KeyWatcher {
  /** Detectors that begin anew, because what they have kept is of a version they do not know. */
  readonly begunAnew: readonly string[];
  private readonly place: PlaceState;
  private readonly denied: DeniedState;
  private readonly sharing: SharingState;
  private readonly dormant: DormantState;
  private readonly retired: CertainState;
  private seenUntil: number;

  /**
   * @param now milliseconds since the epoch, of the first use for a key of which nothing is kept.
   * @param isCanary nothing of the key is usual: each use has no right to happen.
   */
  constructor(
    kept: KeptStates | undefined,
    now: number,
    private readonly isCanary = false,
  ) {
    const begunAnew: string[] = [];
    const stateOf = <State>(detector: Detector<State, never>, bytes: Buffer | undefined): State => {
      const state = bytes && detector.decode(bytes);
      if (bytes && state === undefined) begunAnew.push(detector.kind);
      return state ?? detector.init(now);
    };
    this.place = stateOf(place, kept?.place);
    this.denied = stateOf(denied, kept?.denied);
    this.sharing = stateOf(sharing, kept?.sharing);
    this.dormant = stateOf(dormant, kept?.dormant);
    this.retired = stateOf(retiredSecret, kept?.retiredSecret);
    this.seenUntil = kept?.seenUntil ?? 0;
    this.begunAnew = begunAnew;
  }

  /** What there is to say about each moment of the run, if anything. */
  see(run: UseRun, from: Whereabouts, pool: Pool): Evidence[][] {
    const moments = this.moments(run, from, pool);
    return moments.filter((evidence) => evidence.length > 0);
  }

  keep(): KeptStates {
    return {
      seenUntil: this.seenUntil,
      place: Buffer.from(place.encode(this.place)),
      denied: Buffer.from(denied.encode(this.denied)),
      sharing: Buffer.from(sharing.encode(this.sharing)),
      dormant: Buffer.from(dormant.encode(this.dormant)),
      retiredSecret: Buffer.from(retiredSecret.encode(this.retired)),
    };
  }

  private moments(run: UseRun, from: Whereabouts, pool: Pool): Evidence[][] {
    if (this.isCanary) return this.canaryUses(run, pool);
    return run.kind === 'retired' ? [this.retiredUse(run, from, pool)] : this.uses(run, from, pool);
  }

  /** Counted where uses of a retired secret would be, of which a canary has none. */
  private canaryUses({ uses, first_at: at }: UseRun, pool: Pool): Evidence[][] {
    return Array.from({ length: uses }, () => {
      const evidence = canary.step(this.retired, { at: this.at(at) }, pool);
      return evidence === null ? [] : [evidence];
    });
  }

  private retiredUse({ is_revoked: isRevoked, first_at: at }: UseRun, from: Whereabouts, pool: Pool): Evidence[] {
    const was = isRevoked ? 'key revoked' : 'secret replaced';
    const isKnown = isKnownNetwork(this.place, from.place);
    const evidence = retiredSecret.step(this.retired, { at: this.at(at), was, isKnownNetwork: isKnown }, pool);
    return evidence === null ? [] : [evidence];
  }

  /** The first of them says whatever is to be said of its place and time, and the last until when that goes on. */
  private uses(run: UseRun, from: Whereabouts, pool: Pool): Evidence[][] {
    const first = this.use(run, this.at(run.first_at), 1, from, pool);
    return run.uses === 1 ? [first] : [first, this.use(run, this.at(run.last_at), run.uses - 1, from, pool)];
  }

  private use({ kind, asked }: UseRun, at: number, calls: number, from: Whereabouts, pool: Pool): Evidence[] {
    const isDenied = kind === 'denied';
    const uses = {
      at,
      place: from.place,
      calls,
      denied: isDenied ? calls : 0,
      deniedScopes: isDenied ? [numberOf(asked)] : [],
    };
    return [
      place.step(this.place, uses, pool),
      denied.step(this.denied, uses, pool),
      sharing.step(this.sharing, uses, pool),
      dormant.step(this.dormant, uses, pool),
    ].filter((evidence) => evidence !== null);
  }

  /** Instances and their clocks differ, and what a killed one has left comes late: to the detectors, no time goes back. */
  private at(at: number): number {
    this.seenUntil = Math.max(this.seenUntil, at);
    return this.seenUntil;
  }
}

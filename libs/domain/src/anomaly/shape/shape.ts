import { Acquaintance } from '../acquaintance.js';
import { EVIDENCE_MIN, type Detector } from '../evidence.js';
import { keeping, type Lasting, type Tape } from '../tape.js';
import { NoveltyMeter } from './novelty.js';
import { KEY_NOVELTY } from './setting.js';

const VERSION = 1;
/** Evidence of one multiple of the usual biggest novelty; on this scale the thresholds of all kinds are alike. */
const EVIDENCE_A_SCORE = 2.5;
const SHAPE_MAX = 60;
/** How many of its mean errors a count may be off and still be called typical: two standard deviations. */
const TYPICAL_ERRORS = 2.5;

/** What a key did in five minutes that are over. Every one of them is told, those without a call too. */
export interface Rollup {
  /** When they began. */
  readonly at: number;
  /** Without those that failed by no fault of the caller: retries in an outage are not the key's own doing. */
  readonly calls: number;
}

export class ShapeState implements Lasting {
  readonly acquaintance: Acquaintance;
  readonly meter = new NoveltyMeter(KEY_NOVELTY);
  /** Since when it has been as unlike as at most is usual, or more so; 0 when it is not. */
  unusualSince = 0;

  constructor(now: number) {
    this.acquaintance = new Acquaintance(now);
  }

  pass(tape: Tape): void {
    this.acquaintance.pass(tape);
    this.meter.pass(tape);
    this.unusualSince = tape.number(this.unusualSince);
  }
}

/**
 * Are the last two hours like anything this key has done before? Not whether a number is high: bursty keys break any
 * limit, but they break it in their own way. Counts are taken by their square roots, which makes their noise even.
 */
export const shape: Detector<ShapeState, Rollup> = {
  kind: 'shape',
  ...keeping(VERSION, (now) => new ShapeState(now)),
  step(state, { at, calls }) {
    if (calls > 0) state.acquaintance.meet(at);
    const { score, expected } = state.meter.step(at, Math.sqrt(calls));
    if (score < 1) state.unusualSince = 0;
    else if (state.unusualSince === 0) state.unusualSince = at;
    const e = Math.min(SHAPE_MAX, EVIDENCE_A_SCORE * score);
    if (e < EVIDENCE_MIN || !state.acquaintance.isWell(at)) return null;
    const days = Math.floor(state.acquaintance.days(at));
    return {
      kind: 'shape',
      e,
      at,
      since: state.unusualSince || at,
      observed: calls,
      typical: [
        Math.floor(Math.max(0, expected.value - TYPICAL_ERRORS * expected.error) ** 2),
        Math.ceil(Math.max(0, expected.value + TYPICAL_ERRORS * expected.error) ** 2),
      ],
      once: `nothing like it in ${days} days`,
      facts: { timesTheUsualNovelty: score },
    };
  },
};

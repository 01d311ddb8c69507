import { Acquaintance } from './acquaintance.js';
import { EVIDENCE_MIN, evidenceOf, type Detector } from './evidence.js';
import { negativeBinomialTail } from './probability.js';
import { ProvidersLately } from './providers-lately.js';
import { chanceBelow } from './rarity.js';
import { keeping, type Lasting, type Tape } from './tape.js';
import { UNKNOWN, type Uses } from './uses.js';

const VERSION = 2;
/** It counted the ranges that stand for providers, and nothing else. */
const OLDEST = 1;
/** How much more than on average a key that roams does at times: the size of the negative binomial. */
const UNSTEADINESS = 2;

/** From how many providers a key is used within an hour. */
export class SharingState implements Lasting {
  readonly acquaintance: Acquaintance;
  readonly lately = new ProvidersLately();

  constructor(now: number) {
    this.acquaintance = new Acquaintance(now);
  }

  pass(tape: Tape): void {
    this.acquaintance.pass(tape);
    this.lately.pass(tape);
  }
}

/** How likely is it that this key is used from so many providers within one hour? */
export const sharing: Detector<SharingState, Uses> = {
  kind: 'sharing',
  ...keeping(VERSION, (now) => new SharingState(now), OLDEST),
  step(state, { at, place: { range, provider } }) {
    state.acquaintance.meet(at);
    state.lately.meet(range, provider, at);
    const { count: providers, mean } = provider === UNKNOWN ? state.lately.ranges : state.lately.providers;
    if (providers < 2 || !state.acquaintance.isWell(at)) return null;

    const beyondOne = Math.max(0.05, mean - 1 + 0.3 / Math.sqrt(state.lately.buckets + 1));
    const e = evidenceOf(negativeBinomialTail(providers - 1, beyondOne, UNSTEADINESS));
    if (e < EVIDENCE_MIN) return null;
    return {
      kind: 'sharing',
      e,
      at,
      since: state.lately.since,
      observed: providers,
      typical: [1, Math.max(1, Math.round(1 + 2 * beyondOne))],
      once: chanceBelow(e),
      facts: { usual: mean },
    };
  },
};

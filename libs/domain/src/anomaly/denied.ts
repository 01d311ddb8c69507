import { Acquaintance } from './acquaintance.js';
import { EVIDENCE_MIN, evidenceOf, type Detector } from './evidence.js';
import { LatelyMet } from './lately-met.js';
import { type Pool } from './pool.js';
import { binomialTail } from './probability.js';
import { chanceBelow } from './rarity.js';
import { keeping, type Lasting, type Tape } from './tape.js';
import { type Uses } from './uses.js';

const VERSION = 1;
const BUCKET_MS = 300_000;
/** How many calls of its own outweigh what is believed of any key. */
const PRIOR_CALLS = 300;
/** From here on the past is halved, so that a key that has changed is believed after weeks and not after years. */
const CALLS_KEPT = 200_000;
/** How much of a key's calls the pool takes in: none shall speak for all. */
const SHARE_OF_POOL = 0.05;
const SCOPES_KEPT = 32;

/** Which share of a key's calls is refused for want of permission. */
export class DeniedState implements Lasting {
  readonly acquaintance: Acquaintance;
  calls = 0;
  denied = 0;
  /** The bucket that is still open. */
  bucket = -1;
  bucketCalls = 0;
  bucketDenied = 0;
  bucketScopes = new LatelyMet(SCOPES_KEPT);

  constructor(now: number) {
    this.acquaintance = new Acquaintance(now);
  }

  pass(tape: Tape): void {
    this.acquaintance.pass(tape);
    this.calls = tape.number(this.calls);
    this.denied = tape.number(this.denied);
    this.bucket = tape.number(this.bucket);
    this.bucketCalls = tape.number(this.bucketCalls);
    this.bucketDenied = tape.number(this.bucketDenied);
    this.bucketScopes.pass(tape);
  }
}

/**
 * How likely is it that so many of the calls in five minutes are denied, given the share that usually is? A program with
 * a fault is denied the same thing again and again; who tries out what a key is good for is denied many things.
 */
export const denied: Detector<DeniedState, Uses> = {
  kind: 'denied',
  ...keeping(VERSION, (now) => new DeniedState(now)),
  step(state, uses, pool) {
    state.acquaintance.meet(uses.at);
    const bucket = Math.floor(uses.at / BUCKET_MS);
    if (bucket !== state.bucket) {
      closeBucket(state, pool);
      state.bucket = bucket;
    }
    state.bucketCalls += uses.calls;
    state.bucketDenied += uses.denied;
    for (const scope of uses.deniedScopes) state.bucketScopes.meet(scope);
    if (uses.denied === 0 || !state.acquaintance.isWell(uses.at)) return null;

    const usual = usualShare(state, pool);
    const most = usual + 2 * Math.sqrt(usual / (state.calls + PRIOR_CALLS));
    const scopes = state.bucketScopes.size;
    // The root: refusals come in rows, so each tells half as much as one on its own would.
    const chance = Math.sqrt(binomialTail(state.bucketDenied, state.bucketCalls, Math.min(0.9, most)));
    const e = evidenceOf(chance * chanceOfScopes(scopes));
    if (e < EVIDENCE_MIN) return null;
    return {
      kind: 'denied',
      e,
      at: uses.at,
      since: bucket * BUCKET_MS,
      observed: state.bucketDenied,
      typical: [0, Math.ceil(state.bucketCalls * most)],
      once: chanceBelow(e),
      facts: { calls: state.bucketCalls, scopes, usualShare: usual },
    };
  },
};

function usualShare(state: DeniedState, pool: Pool): number {
  const believed = Math.min(0.01, pool.denied / pool.calls);
  return (state.denied + PRIOR_CALLS * believed + 0.02) / (state.calls + PRIOR_CALLS);
}

function chanceOfScopes(scopes: number): number {
  if (scopes >= 4) return 0.01;
  return scopes >= 2 ? 0.3 : 1;
}

function closeBucket(state: DeniedState, pool: Pool): void {
  state.calls += state.bucketCalls;
  state.denied += state.bucketDenied;
  pool.calls += SHARE_OF_POOL * state.bucketCalls;
  pool.denied += SHARE_OF_POOL * state.bucketDenied;
  if (state.calls > CALLS_KEPT) {
    state.calls /= 2;
    state.denied /= 2;
  }
  state.bucketCalls = 0;
  state.bucketDenied = 0;
  state.bucketScopes = new LatelyMet(SCOPES_KEPT);
}

import { Acquaintance } from './acquaintance.js';
import { EVIDENCE_MIN, evidenceOf, type Detector } from './evidence.js';
import { negativeBinomialTail } from './probability.js';
import { chanceBelow } from './rarity.js';
import { keeping, type Lasting, type Tape } from './tape.js';
import { type Uses } from './uses.js';

const VERSION = 1;
const HOUR_MS = 3_600_000;
const BUCKET_MS = 300_000;
const PROVIDERS_KEPT = 64;
/** How much more than on average a key that roams does at times: the size of the negative binomial. */
const UNSTEADINESS = 2;

/** From how many providers a key is used within an hour. */
export class SharingState implements Lasting {
  readonly acquaintance: Acquaintance;
  /** When each provider was last seen, of those seen within the hour, the latest last. */
  lastAt = new Map<number, number>();
  /** The five minutes whose number of providers is not yet part of the mean. */
  bucket = -1;
  inBucket = 0;
  mean = 1;
  buckets = 0;

  constructor(now: number) {
    this.acquaintance = new Acquaintance(now);
  }

  pass(tape: Tape): void {
    this.acquaintance.pass(tape);
    const providers = tape.words(this.lastAt.keys(), PROVIDERS_KEPT);
    this.lastAt = new Map(providers.map((provider) => [provider, tape.number(this.lastAt.get(provider) ?? 0)]));
    this.bucket = tape.number(this.bucket);
    this.inBucket = tape.number(this.inBucket);
    this.mean = tape.number(this.mean);
    this.buckets = tape.number(this.buckets);
  }
}

/** How likely is it that this key is used from so many providers within one hour? */
export const sharing: Detector<SharingState, Uses> = {
  kind: 'sharing',
  ...keeping(VERSION, (now) => new SharingState(now)),
  step(state, { at, place }) {
    state.acquaintance.meet(at);
    const bucket = Math.floor(at / BUCKET_MS);
    if (bucket !== state.bucket) {
      closeBucket(state);
      state.bucket = bucket;
    }
    meet(state, place.provider, at);
    const providers = state.lastAt.size;
    state.inBucket = Math.max(state.inBucket, providers);
    if (providers < 2 || !state.acquaintance.isWell(at)) return null;

    const beyondOne = Math.max(0.05, state.mean - 1 + 0.3 / Math.sqrt(state.buckets + 1));
    const e = evidenceOf(negativeBinomialTail(providers - 1, beyondOne, UNSTEADINESS));
    if (e < EVIDENCE_MIN) return null;
    return {
      kind: 'sharing',
      e,
      at,
      since: Math.min(...state.lastAt.values()),
      observed: providers,
      typical: [1, Math.max(1, Math.round(1 + 2 * beyondOne))],
      once: chanceBelow(e),
      facts: { usual: state.mean },
    };
  },
};

function meet(state: SharingState, provider: number, at: number): void {
  state.lastAt.delete(provider);
  state.lastAt.set(provider, at);
  for (const [met, lastAt] of state.lastAt) {
    if (lastAt >= at - HOUR_MS && state.lastAt.size <= PROVIDERS_KEPT) break;
    state.lastAt.delete(met);
  }
}

function closeBucket(state: SharingState): void {
  if (state.inBucket === 0) return;
  state.buckets++;
  state.mean += Math.max(0.0005, 1 / (state.buckets + 1)) * (state.inBucket - state.mean);
  state.inBucket = 0;
}

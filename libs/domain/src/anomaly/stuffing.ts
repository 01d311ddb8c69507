import { evidenceOf, EVIDENCE_MAX, type Detector } from './evidence.js';
import { negativeBinomialTail } from './probability.js';
import { chanceBelow } from './rarity.js';
import { keeping, type Lasting, type Tape } from './tape.js';

const VERSION = 1;
const BUCKET_MS = 300_000;
const BUCKETS = 6;
/** So many different unknown keys from one network in five minutes are no typing error. */
const FROM_ONE_NETWORK = 8;
/** How much of the newest half hour the habit takes up, each five minutes. */
const NEWEST = 0.002;
const WORTH_KEEPING = 3;
const TRIES_KEPT = 4_096;
/** Buckets without a try that the habit is taught after a pause. Longer ones change it no further. */
const SILENCE_MAX = 2_016;

/** A key that no one has, presented from somewhere. Both are hashes, numbers below 2^32. */
export interface UnknownKey {
  readonly at: number;
  readonly network: number;
  readonly key: number;
}

/** How many different unknown keys are presented to this installation, in buckets of five minutes. */
export class StuffingState implements Lasting {
  bucket = -1;
  /** Network and key of each different try in the open bucket, one after the other. */
  tries = new Map<number, Set<number>>();
  count = 0;
  /** Buckets since the last one with an alarm: as long as one is part of the half hour, that is no habit. */
  sinceAlarm = BUCKETS;
  /** Of the buckets before, the latest first. */
  before: number[] = [];
  mean = 1;
  variance = 2;

  pass(tape: Tape): void {
    this.bucket = tape.number(this.bucket);
    this.count = tape.number(this.count);
    this.sinceAlarm = tape.number(this.sinceAlarm);
    this.before = tape.words(this.before, BUCKETS - 1);
    this.mean = tape.number(this.mean);
    this.variance = tape.number(this.variance);
    const pairs = tape.words(
      [...this.tries].flatMap(([network, keys]) => [...keys].flatMap((key) => [network, key])),
      2 * TRIES_KEPT,
    );
    this.tries = new Map();
    for (let index = 0; index + 1 < pairs.length; index += 2) add(this.tries, pairs[index] ?? 0, pairs[index + 1] ?? 0);
  }
}

/**
 * Somebody tries out keys: many different ones from one network within five minutes, or more over half an hour from all
 * networks together than this installation is used to. A client that repeats one wrong key is neither.
 */
export const stuffing: Detector<StuffingState, UnknownKey> = {
  kind: 'stuffing',
  ...keeping(VERSION, () => new StuffingState()),
  step(state, { at, network, key }) {
    open(state, Math.floor(at / BUCKET_MS));
    if (state.count < TRIES_KEPT && add(state.tries, network, key)) state.count++;
    const fromHere = state.tries.get(network)?.size ?? 0;
    const inHalfAnHour = halfHour(state);
    const mean = Math.max(0.3, state.mean);
    const size = Math.min(
      20,
      Math.max(0.3, state.mean ** 2 / Math.max(0.05 * state.mean, state.variance - state.mean)),
    );
    const e = fromHere >= FROM_ONE_NETWORK ? EVIDENCE_MAX : evidenceOf(negativeBinomialTail(inHalfAnHour, mean, size));
    if (e >= STUFFING_ALARM) state.sinceAlarm = 0;
    if (e < WORTH_KEEPING) return null;
    return {
      kind: 'stuffing',
      e,
      at,
      since: fromHere >= FROM_ONE_NETWORK ? state.bucket * BUCKET_MS : (state.bucket - state.before.length) * BUCKET_MS,
      observed: fromHere >= FROM_ONE_NETWORK ? fromHere : inHalfAnHour,
      typical: fromHere >= FROM_ONE_NETWORK ? [0, 2] : [0, Math.ceil(mean + 2 * Math.sqrt(mean + mean ** 2 / size))],
      once: chanceBelow(e),
      facts: { networks: state.tries.size, minutes: fromHere >= FROM_ONE_NETWORK ? 5 : 30 },
    };
  },
};

/** Evidence from which a bucket is not taken for habit, and from which it is an alarm. */
export const STUFFING_ALARM = 6;

function open(state: StuffingState, bucket: number): void {
  if (state.bucket < 0) state.bucket = bucket;
  for (let closed = Math.max(state.bucket, bucket - SILENCE_MAX); closed < bucket; closed++) close(state);
  state.bucket = Math.max(state.bucket, bucket);
}

function close(state: StuffingState): void {
  if (state.sinceAlarm >= BUCKETS) {
    const off = halfHour(state) - state.mean;
    state.mean += NEWEST * off;
    state.variance += NEWEST * (off ** 2 - state.variance);
  }
  state.before = [state.count, ...state.before].slice(0, BUCKETS - 1);
  state.tries = new Map();
  state.count = 0;
  state.sinceAlarm++;
}

function halfHour(state: StuffingState): number {
  return state.before.reduce((sum, count) => sum + count, state.count);
}

function add(tries: Map<number, Set<number>>, network: number, key: number): boolean {
  const keys = tries.get(network) ?? new Set();
  tries.set(network, keys);
  return keys.size !== keys.add(key).size;
}

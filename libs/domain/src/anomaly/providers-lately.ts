import { type Lasting, type Tape } from './tape.js';
import { UNKNOWN } from './uses.js';

const HOUR_MS = 3_600_000;
const BUCKET_MS = 300_000;
const KEPT = 64;

/** How many of something there are within an hour, and how many there usually are. */
export interface Lately {
  readonly count: number;
  readonly mean: number;
}

/**
 * From which ranges a key was used within the hour, and of which providers they are. Both are counted all the time, so
 * that neither a table of providers that appears nor one that goes away makes a key look like another. There are never
 * more providers than ranges: one that is not known counts as its range, and of two in one range the last one does.
 */
export class ProvidersLately implements Lasting {
  /** The five minutes whose numbers are not yet part of the means, and how many were before. */
  private bucket = -1;
  buckets = 0;
  /** By range, the one met last at the end. */
  private met = new Map<number, { readonly at: number; readonly provider: number }>();
  private most = { ranges: 0, providers: 0 };
  private means = { ranges: 1, providers: 1 };

  meet(range: number, provider: number, at: number): void {
    const bucket = Math.floor(at / BUCKET_MS);
    if (bucket !== this.bucket) this.close();
    this.bucket = bucket;
    this.met.delete(range);
    this.met.set(range, { at, provider });
    for (const [oldest, { at: lastAt }] of this.met) {
      if (lastAt >= at - HOUR_MS && this.met.size <= KEPT) break;
      this.met.delete(oldest);
    }
    this.most.ranges = Math.max(this.most.ranges, this.met.size);
    this.most.providers = Math.max(this.most.providers, this.countProviders());
  }

  get ranges(): Lately {
    return { count: this.met.size, mean: this.means.ranges };
  }

  get providers(): Lately {
    return { count: this.countProviders(), mean: this.means.providers };
  }

  /** When the one that was met the longest ago was. */
  get since(): number {
    return Math.min(...Array.from(this.met.values(), ({ at }) => at));
  }

  /** As version 1 had it, which knew ranges only; and behind it what is known of providers. */
  pass(tape: Tape): void {
    const ranges = tape.words(this.met.keys(), KEPT);
    const lastAt = ranges.map((range) => tape.number(this.met.get(range)?.at ?? 0));
    this.bucket = tape.number(this.bucket);
    this.most.ranges = tape.number(this.most.ranges);
    this.means.ranges = tape.number(this.means.ranges);
    this.buckets = tape.number(this.buckets);
    const providers = this.passProviders(tape, ranges);
    this.met = new Map(ranges.map((range, n) => [range, { at: lastAt[n] ?? 0, provider: providers[n] ?? UNKNOWN }]));
  }

  private passProviders(tape: Tape, ranges: readonly number[]): number[] {
    if (tape.version === 1) {
      this.most.providers = this.most.ranges;
      this.means.providers = this.means.ranges;
      return [];
    }
    this.most.providers = tape.number(this.most.providers);
    this.means.providers = tape.number(this.means.providers);
    const providers = ranges.map((range) => this.met.get(range)?.provider ?? UNKNOWN);
    return tape.words(providers, KEPT);
  }

  private countProviders(): number {
    if (this.met.size === 1) return 1;
    const different = new Set<number>();
    for (const [range, { provider }] of this.met) different.add(provider === UNKNOWN ? range : provider);
    return different.size;
  }

  private close(): void {
    if (this.most.ranges === 0) return;
    this.buckets++;
    const weight = Math.max(0.0005, 1 / (this.buckets + 1));
    this.means.ranges += weight * (this.most.ranges - this.means.ranges);
    this.means.providers += weight * (this.most.providers - this.means.providers);
    this.most = { ranges: 0, providers: 0 };
  }
}

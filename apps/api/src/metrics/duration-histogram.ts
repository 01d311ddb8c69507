import type { Sample } from './metric.js';

/** The bounds are powers of two: 2^3 = 8 µs is the first, 2^22 µs = 4.2 s the last. */
const FIRST = 3;
const LAST = 22;
const BUCKETS = LAST - FIRST + 2;
const US_MAX = 2 ** 32 - 1;

/**
 * How long things took, counted in buckets of doubling width. Which bucket is one machine instruction, and counting is one
 * write: the histogram of the library costs more than a tenth of the verification it would measure.
 */
export class DurationHistogram {
  private readonly counts = new Float64Array(BUCKETS);
  private sumUs = 0;

  /** @param us whole microseconds. A bucket has its bound in it, and clz32 knows 32 bits. */
  observe(us: number): void {
    const bits = us > 0 ? 32 - Math.clz32(Math.min(us, US_MAX) - 1) : 0;
    const bucket = Math.min(Math.max(bits, FIRST), LAST + 1) - FIRST;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sumUs += us;
  }

  /** As Prometheus wants them: in seconds, and each bucket with all that are smaller in it. */
  samples(labels: Readonly<Record<string, string>> = {}): readonly Sample[] {
    const buckets: Sample[] = [];
    let total = 0;
    for (const [bucket, count] of this.counts.entries()) {
      total += count;
      const le = bucket === BUCKETS - 1 ? '+Inf' : String(2 ** (bucket + FIRST) / 1e6);
      buckets.push({ series: '_bucket', labels: { ...labels, le }, value: total });
    }
    return [
      ...buckets,
      { series: '_sum', labels, value: this.sumUs / 1e6 },
      { series: '_count', labels, value: total },
    ];
  }
}

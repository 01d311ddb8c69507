import type { BucketReading } from '#domain';

/** Most keys share a few sets of limits; for the others it is written at each use, as it would be without. */
const SETS_MAX = 16;

/** What is told of limits however much is left of them: written once for each set of limits, rather than at each use. */
export class WrittenOnce<Written> {
  private readonly sets: { readonly limits: readonly BucketReading[]; readonly written: Written }[] = [];
  private oldest = 0;

  constructor(private readonly write: (limits: readonly BucketReading[]) => Written) {}

  of(limits: readonly BucketReading[]): Written {
    for (const set of this.sets) if (areSameLimits(set.limits, limits)) return set.written;
    const written = this.write(limits);
    this.sets[this.oldest] = { limits, written };
    this.oldest = (this.oldest + 1) % SETS_MAX;
    return written;
  }
}

function areSameLimits(some: readonly BucketReading[], others: readonly BucketReading[]): boolean {
  if (some.length !== others.length) return false;
  for (let at = 0; at < some.length; at++) {
    const [one, other] = [some[at], others[at]];
    if (one?.limit !== other?.limit || one?.periodMs !== other?.periodMs || one?.name !== other?.name) return false;
  }
  return true;
}

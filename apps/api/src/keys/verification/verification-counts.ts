import { Injectable } from '@nestjs/common';
import { VERDICT_CODES, type VerdictCode } from '#domain';
import { DurationHistogram } from '../../metrics/duration-histogram.js';
import type { Sample } from '../../metrics/metric.js';

/** How a verification was asked for; `guard` is every guarded route, those of the management API too. */
const ROUTES = ['gateway', 'guard', 'introspect', 'verify', 'verify_batch', 'verify_self'] as const;
export type VerificationRoute = (typeof ROUTES)[number];

/** What was found since the start, and how long it took. On the path of every verification: two writes into arrays. */
@Injectable()
export class VerificationCounts {
  private readonly tallies: Readonly<Record<VerificationRoute, Tally>> = {
    gateway: new Tally(),
    guard: new Tally(),
    introspect: new Tally(),
    verify: new Tally(),
    verify_batch: new Tally(),
    verify_self: new Tally(),
  };

  count(via: VerificationRoute, outcome: VerdictCode, latencyUs: number): void {
    const { outcomes, durations } = this.tallies[via];
    const at = PLACE[outcome];
    outcomes[at] = (outcomes[at] ?? 0) + 1;
    durations.observe(latencyUs);
  }

  /** Every pair is told from the start, as 0: an alert on a rate misses the first of what appears with it. */
  get outcomes(): readonly Sample[] {
    return ROUTES.flatMap((route) =>
      VERDICT_CODES.map((outcome) => ({
        labels: { route, outcome },
        value: this.tallies[route].outcomes[PLACE[outcome]] ?? 0,
      })),
    );
  }

  get durations(): readonly Sample[] {
    return ROUTES.flatMap((route) => this.tallies[route].durations.samples({ route }));
  }
}

class Tally {
  readonly outcomes = new Float64Array(VERDICT_CODES.length);
  readonly durations = new DurationHistogram();
}

const PLACE = Object.fromEntries(VERDICT_CODES.map((code, at) => [code, at])) as Record<VerdictCode, number>;

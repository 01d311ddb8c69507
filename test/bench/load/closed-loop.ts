import type { Records } from './records.js';
import type { RequestTemplate } from './request.js';

/** A run in which every connection sends its next request as soon as it has the answer: what a server can do at most. */
export interface ClosedLoop {
  /** Scheme, host and port. */
  readonly url: string;
  readonly request: RequestTemplate;
  readonly records: Records;
  /** Every record is to be sent at most once. */
  readonly once?: boolean;
  readonly connections: number;
  readonly seconds: number;
}

export interface ClosedLoopResult {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** How many answers had each status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Share of its cores that the generator was busy, null when it cannot be known. Near 1 the figure is its own. */
  readonly generatorLoad: number | null;
}

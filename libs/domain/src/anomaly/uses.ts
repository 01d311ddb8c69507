/** Stands for what is not known. */
export const UNKNOWN = 0;

/** Where a use comes from, as numbers below 2^32 that stand for it, hashes say: an address is not kept in a state. */
export interface Place {
  readonly network: number;
  /** The networks around it, which stand for its provider where that is not known. */
  readonly range: number;
  /** `UNKNOWN` without a table of providers, and where that has none. */
  readonly provider: number;
  /** `UNKNOWN` likewise, and then never new. */
  readonly country: number;
  /** The client software with its version. */
  readonly client: number;
  readonly clientFamily: number;
}

/** What one key did from one place in one batch. How uses are split into batches makes no difference to what is found. */
export interface Uses {
  readonly at: number;
  readonly place: Place;
  readonly calls: number;
  /** Of the calls, those refused because the key may not do that. */
  readonly denied: number;
  /** What was asked for in vain, as numbers below 2^32; repetitions do not matter. */
  readonly deniedScopes: readonly number[];
}

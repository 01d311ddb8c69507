/**
 * Where a use comes from, as numbers below 2^32 that stand for it, hashes say: an address is not kept in a state. What is
 * not known, a country without a table of countries say, is the same number every time and so never new.
 */
export interface Place {
  readonly network: number;
  readonly provider: number;
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

import type { LocalKeyVerifier } from './local-key-verifier.js';
import type { NowOrLater } from './now-or-later.js';
import { notRecorded } from './unavailable.js';

/** How a route says what was found. */
export interface Teller<Found> {
  readonly found: (found: Found) => void;
  /** The request was not one, or nobody can tell now. */
  readonly failed: (error: unknown) => void;
}

/**
 * Judges, and tells once the record of the use is written: in the turn of the event loop in which the request came, unless
 * something has to be asked first.
 */
export function tell<Found>(verifier: LocalKeyVerifier, judge: () => NowOrLater<Found>, teller: Teller<Found>): void {
  try {
    const judged = judge();
    const settled = (found: Found) => {
      tellSettled(verifier, found, teller);
    };
    if (judged instanceof Promise) judged.then(settled).catch(teller.failed);
    else settled(judged);
  } catch (error) {
    teller.failed(error);
  }
}

function tellSettled<Found>(verifier: LocalKeyVerifier, found: Found, { found: say, failed }: Teller<Found>): void {
  verifier.settle((mayAnswer) => {
    try {
      if (mayAnswer) say(found);
      else failed(notRecorded());
    } catch (error) {
      failed(error);
    }
  });
}

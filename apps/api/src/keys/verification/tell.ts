import type { Exchange } from '../../http/exchange.js';
import type { LocalKeyVerifier } from './local-key-verifier.js';
import type { NowOrLater } from './now-or-later.js';
import { notRecorded } from './unavailable.js';

/** How a route finds out, and says what was found. */
export interface Teller<Found> {
  /** @throws Problem when the request is not one. */
  judge(exchange: Exchange, body?: unknown): NowOrLater<Found>;
  found(exchange: Exchange, found: Found): void;
  /** The request was not one, or nobody can tell now. */
  failed(exchange: Exchange, error: unknown): void;
}

/**
 * Judges, and tells once the record of the use is written: in the turn of the event loop in which the request came, unless
 * something has to be asked first.
 */
export function tell<Found>(
  verifier: LocalKeyVerifier,
  teller: Teller<Found>,
  exchange: Exchange,
  body?: unknown,
): void {
  const failed = (error: unknown) => {
    teller.failed(exchange, error);
  };
  try {
    const judged = teller.judge(exchange, body);
    if (judged instanceof Promise) {
      judged
        .then((found) => {
          tellSettled(verifier, teller, exchange, found);
        })
        .catch(failed);
    } else tellSettled(verifier, teller, exchange, judged);
  } catch (error) {
    failed(error);
  }
}

function tellSettled<Found>(verifier: LocalKeyVerifier, teller: Teller<Found>, exchange: Exchange, found: Found): void {
  verifier.settle((mayAnswer) => {
    try {
      if (mayAnswer) teller.found(exchange, found);
      else teller.failed(exchange, notRecorded());
    } catch (error) {
      teller.failed(exchange, error);
    }
  });
}

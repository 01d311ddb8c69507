import { type Problem, problem } from '#problems';

/** For a database that does not answer: a use that cannot be judged is refused, and whoever asked is told to come back. */
export function unavailable(cause: unknown): never {
  throw problem('SERVICE_UNAVAILABLE', { detail: 'The key cannot be looked up now. Try again shortly.', cause });
}

/** For a use that left no record: its verdict may not be told. */
export function notRecorded(): Problem {
  return problem('SERVICE_UNAVAILABLE', { detail: 'This use could not be recorded in time.' });
}

/** For a use that took so long to judge that what is known of its key may not hold any more. */
export function tooLate(): Problem {
  return problem('SERVICE_UNAVAILABLE', { detail: 'The key could not be judged in time. Try again shortly.' });
}

import type { ExplainedKey, RecordedUse, UsesBefore } from './explained-use.js';

/** As in `2026-11-22 14:00:00 UTC`. */
export function moment(at: number | string): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** As in `read, write and 3 more`. */
export function listed(values: readonly string[]): string {
  const named = values.slice(0, NAMED_MAX).join(', ');
  return values.length > NAMED_MAX ? `${named} and ${values.length - NAMED_MAX} more` : named;
}

const NAMED_MAX = 10;

export function keyText({ name, display }: ExplainedKey): string {
  return `The key “${name}” (${display}…)`;
}

/** What is on record of the request. */
export function requestText({ method, endpoint, address, userAgent }: RecordedUse): string {
  const from = address === null ? 'with no address on record' : `from ${address}`;
  const by = userAgent === null ? 'with no User-Agent on record' : `by ${userAgent}`;
  return `The request was ${method} ${endpoint}, ${from}, ${by}.`;
}

/** The minute is counted use by use, the others by whole minutes and hours. */
export function usesText({ minute, hour, day }: UsesBefore): string {
  const inHour = hour === null ? '' : `, about ${times(hour)} in the hour`;
  return `It had been let in ${times(minute)} in the minute${inHour}, about ${times(day)} in the day before it`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

import type { VNode } from 'preact';
import { useFrame } from '../frame/frame.js';

/** A moment, told from now. Whoever points at it gets it to the second. */
export function Time({ at }: { at: Date }): VNode {
  const { now } = useFrame();
  return (
    <time datetime={at.toISOString()} title={exactTime(at)} data-age={Math.round((at.getTime() - now) / 1000)}>
      {relativeTime(at.getTime(), now)}
    </time>
  );
}

/** A moment, or in words that there was none. */
export function TimeOr({ at, otherwise }: { at: Date | null; otherwise: string }): VNode {
  return at === null ? <span class="muted">{otherwise}</span> : <Time at={at} />;
}

/** `22 Nov 2026, 14:03:07 UTC`. */
export function exactTime(at: Date): string {
  return `${dayOfYear(at)}, ${at.toISOString().slice(11, 19)} UTC`;
}

/** `3 minutes ago`, `in 2 days`; beyond a month the day itself. Both in milliseconds since the epoch. */
export function relativeTime(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1000);
  const size = Math.abs(seconds);
  if (size < 45) return seconds > 0 ? 'in a moment' : 'just now';
  for (const [unit, length, until] of UNITS) {
    if (size < until) return RELATIVE.format(Math.round(seconds / length), unit);
  }
  return dayOfYear(new Date(at));
}

const UNITS = [
  ['minute', 60, 3_570],
  ['hour', 3_600, 84_600],
  ['day', 86_400, 31 * 86_400],
] as const;

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'always' });
/** `22 Nov`, in UTC. */
export function dayOf(at: Date): string {
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()] ?? ''}`;
}

function dayOfYear(at: Date): string {
  return `${dayOf(at)} ${at.getUTCFullYear()}`;
}

/** Written out: a page tells of a hundred days, and `Intl` takes as long for each as for the rest of its row. */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

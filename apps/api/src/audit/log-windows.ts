import type { LogWindow } from './log-filter.js';
import type { Place, Places } from './places.js';
import { HOUR_MS, type UseHour } from './use-hours.js';

/** A stretch of the log and the hours in it in which there are uses. */
export interface HoursWindow {
  /** Included; null: without beginning. */
  readonly from: number | null;
  /** Not included; null: without end. */
  readonly to: number | null;
  readonly hours: readonly UseHour[];
}

/**
 * Cuts the log, newest first, into windows that leave nothing out: the first has no end, the last no beginning.
 * @param hours newest first.
 * @param usesOf how many uses the n-th window is to have at least, unless it is the last; asked when it is begun.
 */
export function* windowsOf(
  hours: readonly UseHour[],
  usesOf: (window: number) => number,
): Generator<HoursWindow, void> {
  let to: number | null = null;
  let start = 0;
  for (let n = 0; start < hours.length || n === 0; n += 1) {
    const wanted = usesOf(n);
    let end = start;
    for (let uses = 0; end < hours.length && uses < wanted; end += 1) uses += hours[end]?.uses ?? 0;
    const from = end < hours.length ? (hours[end - 1]?.at ?? null) : null;
    yield { from, to, hours: hours.slice(start, end) };
    to = from;
    start = end;
  }
}

/** The same window for reading: uses are looked for in these places of its hours only. */
export function onlyInPlaces({ from, to, hours }: HoursWindow, places: Places): LogWindow {
  return { from, to, uses: stretchesOf(hours.flatMap(({ at }) => places.in(at) ?? [])) };
}

/** The same window for reading: the hours between those that have uses are left out, when they are most of it. */
export function onlyInHours({ from, to, hours }: HoursWindow): LogWindow {
  const [newest, oldest] = [hours[0]?.at ?? 0, hours.at(-1)?.at ?? 0];
  const isSparse = hours.length > 0 && (newest - oldest) / HOUR_MS > SPARSE * hours.length;
  return {
    from,
    to,
    uses: isSparse ? stretchesOf(hours.map(({ at }) => ({ from: at, to: at + HOUR_MS }))) : undefined,
  };
}

/** Of an hour of which only a part is read, that part of the uses; nothing when there is no such part. */
export function narrowed({ at, uses }: UseHour, places: Places): UseHour[] {
  const place = places.in(at);
  return place
    ? [{ at, uses: Math.min(uses, place.uses ?? Math.ceil((uses * (place.to - place.from)) / HOUR_MS)) }]
    : [];
}

/** One hour in so many has uses. */
const SPARSE = 3;

/** Stretches so few are read one by one; with more, the gaps between them are read too. */
const STRETCHES_MAX = 100;

/** Newest first. Places that follow each other are one stretch. */
function stretchesOf(places: readonly Place[]): LogWindow['uses'] {
  const stretches: { from: number; to: number }[] = [];
  for (const { from, to } of places) {
    const last = stretches.at(-1);
    if (last?.from === to) last.from = from;
    else stretches.push({ from, to });
  }
  return stretches.length > STRETCHES_MAX ? undefined : stretches;
}

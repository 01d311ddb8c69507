import { isShared, SHAPE_CHANGED, SHARED_MS, type Thresholds } from '#domain';
import { DAY_MS } from './calendar.js';
import { type Stretch } from './tally.js';
import { type Watch } from './watch.js';

/** A moment at which some key changed its shape, and whether others did that make it no key's own doing. */
type Moments = ReadonlyMap<number, boolean>;

/** What is left to be alerted where shapes are muted that change together. */
export function withoutShared(watch: Watch): Watch {
  const moments = sharedMoments(watch);
  const keys = watch.keys.map(({ life, evidence }) => ({
    life,
    evidence: evidence.filter(({ kind, at }) => kind !== 'shape' || moments.get(at) !== true),
  }));
  return { ...watch, keys };
}

/** How often one alert stands in the place of those that are muted. One that goes on is told once a day. */
export function sharedIncidents(watch: Watch, { shape: threshold }: Thresholds, { from, until }: Stretch): number {
  const moments = sharedMoments(watch);
  const muted = watch.keys.flatMap(({ evidence }) =>
    evidence.flatMap(({ kind, e, at }) => (kind === 'shape' && e >= threshold && moments.get(at) === true ? [at] : [])),
  );
  let last = -Infinity;
  return muted
    .filter((at) => at >= from && at < until)
    .sort((one, other) => one - other)
    .filter((at) => {
      const isNews = at - last >= DAY_MS;
      if (isNews) last = at;
      return isNews;
    }).length;
}

function sharedMoments({ keys }: Watch): Moments {
  const changes = keys
    .flatMap(({ life, evidence }) =>
      evidence.flatMap(({ kind, e, at }) => (kind === 'shape' && e >= SHAPE_CHANGED ? [{ id: life.id, at }] : [])),
    )
    .sort((one, other) => one.at - other.at);
  const moments = new Map<number, boolean>();
  let [from, until] = [0, 0];
  for (const at of new Set(changes.map((change) => change.at))) {
    while ((changes[from]?.at ?? Infinity) <= at - SHARED_MS) from++;
    while ((changes[until]?.at ?? Infinity) <= at) until++;
    const changed = new Set(changes.slice(from, until).map(({ id }) => id));
    moments.set(at, isShared(changed.size, keys.length));
  }
  return moments;
}

/**
 * The score of the Numenta Anomaly Benchmark, v1.1: https://github.com/numenta/NAB. A series carries windows in which
 * something was wrong. Of all detections in a window only the best counts, the earlier the better; a detection outside
 * costs, and costs less shortly after a window. The start of each series is for learning and counts neither way.
 */
export interface LabelledSeries {
  readonly name: string;
  /** Milliseconds since the epoch, ascending; clocks that were set back repeat some. */
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  /** The first and the last moment of each window, in order and apart from each other. */
  readonly windows: readonly (readonly [from: number, to: number])[];
}

/** What a detection, a false one and a missed window weigh. */
export interface Profile {
  readonly hit: number;
  readonly falseAlarm: number;
  readonly miss: number;
}

export const PROFILES = {
  standard: { hit: 1, falseAlarm: 0.11, miss: 1 },
  'low FP': { hit: 1, falseAlarm: 0.22, miss: 1 },
  'low FN': { hit: 1, falseAlarm: 0.11, miss: 2 },
} as const satisfies Record<string, Profile>;

export interface Scored {
  readonly series: LabelledSeries;
  /** One for each row: the higher, the stranger. */
  readonly scores: ArrayLike<number>;
}

/** The best that one threshold over all series reaches. */
export interface NabScore {
  /** 0 is a detector that says nothing, 100 one that is perfect. */
  readonly score: number;
  /** A row is a detection from this score on. Infinity: best to say nothing. */
  readonly threshold: number;
  readonly windowsHit: number;
  readonly falseAlarms: number;
}

/** Scores every possible threshold at once and picks the best, as the published scores were picked. */
export function nabScore(results: readonly Scored[], profile: Profile): NabScore {
  const rows = results.flatMap(({ series, scores }) => countedRows(series, scores));
  rows.sort((one, other) => other.score - one.score);
  const windowsCounted = new Set(rows.map(({ window }) => window).filter((window) => window !== null)).size;
  const worst = -profile.miss * windowsCounted;
  const perfect = profile.hit * results.reduce((all, { series }) => all + series.windows.length, 0);

  let best = { total: worst, threshold: Infinity, windowsHit: 0, falseAlarms: 0 };
  let total = worst;
  let falseAlarms = 0;
  const rewarded = new Map<Window, number>();
  rows.forEach((row, at) => {
    if (row.window === null) {
      falseAlarms++;
      total += row.reward * profile.falseAlarm;
    } else {
      const before = rewarded.get(row.window) ?? -profile.miss;
      const now = Math.max(before, row.reward * profile.hit);
      rewarded.set(row.window, now);
      total += now - before;
    }
    // Rows of one score are detections together or not at all.
    const isWholeStep = rows[at + 1]?.score !== row.score;
    if (isWholeStep && total > best.total)
      best = { total, threshold: row.score, windowsHit: rewarded.size, falseAlarms };
  });
  const { threshold, windowsHit } = best;
  return {
    score: (100 * (best.total - worst)) / (perfect - worst),
    threshold,
    windowsHit,
    falseAlarms: best.falseAlarms,
  };
}

/** The first and the last row of a window. */
interface Window {
  readonly first: number;
  readonly last: number;
}

interface CountedRow {
  readonly score: number;
  /** Null: outside of all of them. */
  readonly window: Window | null;
  /** From 1 at the start of a window, past 0 at its end, down to -1 far behind it. */
  readonly reward: number;
}

function countedRows(series: LabelledSeries, scores: ArrayLike<number>): CountedRow[] {
  const rows: CountedRow[] = [];
  const windows = windowsOf(series);
  const learning = learningRows(series.timestamps.length);
  let next = 0;
  let behind: Window | null = null;
  for (let row = 0; row < series.timestamps.length; row++) {
    while (next < windows.length && row > (windows[next]?.last ?? 0)) behind = windows[next++] ?? null;
    const ahead = windows[next];
    const window = ahead !== undefined && row >= ahead.first ? ahead : null;
    if (row < learning) continue;
    rows.push({
      score: scores[row] ?? 0,
      window,
      reward: window ? rewardInside(window, row) : rewardAfter(behind, row),
    });
  }
  return rows;
}

function windowsOf({ timestamps, windows }: LabelledSeries): Window[] {
  return windows.map(([from, to]) => ({ first: timestamps.indexOf(from), last: timestamps.indexOf(to) }));
}

/** The first 15 %, and of a long series as many as of one of 5,000 rows. */
function learningRows(length: number): number {
  return Math.min(Math.floor(0.15 * length), 0.15 * 5_000);
}

function rewardInside({ first, last }: Window, row: number): number {
  return sigmoid(-(last - row + 1) / (last - first + 1)) / sigmoid(-1);
}

function rewardAfter(window: Window | null, row: number): number {
  return window === null ? -1 : sigmoid((row - window.last) / (window.last - window.first));
}

/** 0.99 one window ahead of the end of a window, 0 at its end, -0.99 one window behind it, and -1 from three on. */
function sigmoid(windowsBehind: number): number {
  return windowsBehind > 3 ? -1 : 2 / (1 + Math.exp(5 * windowsBehind)) - 1;
}

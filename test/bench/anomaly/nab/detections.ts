import { KEY_NOVELTY, NoveltyMeter } from '#domain';
import { type LabelledSeries, type Scored } from './score.js';

/**
 * The one setting for all series: that of keys, which learn for a week of five minutes each. The shortest series have
 * about a thousand rows, so here two hundred must do.
 */
const SETTING = { ...KEY_NOVELTY, learningSteps: 200, learningDays: 2 };
/** Below, nothing is said: noise. */
const FLOOR = 0.8;
/** After a detection nothing is said for so much of what has been seen, however long the series is going to be. */
const QUIET_SHARE = 1 / 20;

/** What the detector of shapes says of a series, row by row, from the past alone. */
export function detections(series: LabelledSeries): Scored {
  const meter = new NoveltyMeter(SETTING);
  let quietUntil = 0;
  const scores = series.values.map((value, row) => {
    const { score } = meter.step(series.timestamps[row] ?? 0, value);
    if (score < FLOOR || row < quietUntil) return 0;
    quietUntil = row * (1 + QUIET_SHARE);
    return score;
  });
  return { series, scores };
}

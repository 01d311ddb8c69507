/**
 * The detector of shapes on the Numenta Anomaly Benchmark, by NAB's own measure.
 *
 * For comparison, published on all 58 series (standard / low FP / low FN): ARTime 74.9 / 65.2 / 80.4, Numenta HTM 70.5 /
 * 62.6 / 75.2, CAD OSE 69.9 / 67.0 / 73.2, windowed Gaussian 39.6 / 20.9 / 47.4. They were told the smallest and the
 * largest value of each series in advance; ours is told nothing.
 */
import { parseArgs } from 'node:util';
import { orHelp } from '../or-help.js';
import { rounded } from '../statistics.js';
import { table } from '../table.js';
import { readCorpus } from './nab/corpus.js';
import { detections } from './nab/detections.js';
import { PROFILES, nabScore } from './nab/score.js';

const HELP = `
The detector of shapes on the Numenta Anomaly Benchmark, by NAB's own measure.

    npm run bench:nab -- PATH             a clone of numenta/NAB, a part of one with labels/ and data/, or a .tar.xz
    npm run bench:nab -- PATH --series    each series too`.trim();

const { values, path } = orHelp(HELP, () => {
  const options = { series: { type: 'boolean', default: false } } as const;
  const { values: asked, positionals } = parseArgs({ allowPositionals: true, options });
  if (positionals[0] === undefined) throw new Error('Name a clone of numenta/NAB.');
  return { values: asked, path: positionals[0] };
});
const corpus = orHelp(HELP, () => readCorpus(path));
const started = process.hrtime.bigint();
const results = corpus.map(detections);
const elapsedUs = Number(process.hrtime.bigint() - started) / 1_000;
const rows = corpus.reduce((count, series) => count + series.values.length, 0);
const windows = corpus.reduce((count, series) => count + series.windows.length, 0);

const scores = Object.entries(PROFILES).map(([profile, weights]) => {
  const { score, threshold, windowsHit, falseAlarms } = nabScore(results, weights);
  return {
    profile,
    score: rounded(score, 2),
    'windows hit': windowsHit,
    'false alarms': falseAlarms,
    threshold: rounded(threshold, 3),
  };
});
console.log(`${corpus.length} series, ${rows} rows, ${windows} windows; ${rounded(elapsedUs / rows, 1)} µs a row\n`);
console.log(table(scores));

if (values.series) {
  const threshold = nabScore(results, PROFILES.standard).threshold;
  const each = results.map(({ series, scores: said }) => ({
    series: series.name,
    rows: series.values.length,
    windows: series.windows.length,
    detections: Array.from(said).filter((score) => score >= threshold).length,
  }));
  console.log(`\n${table(each)}`);
}

export interface Run {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
}

export interface Row {
  scenario: string;
  requestsPerSecond: number;
  /** To the baseline of the same interleaved rounds. */
  ratio: number;
  p50Ms: number;
  p99Ms: number;
}

/** Medians of every scenario's rounds, beside the median of `baseline`. */
export function summarise(runs: ReadonlyMap<string, readonly Run[]>, baseline: string): Row[] {
  const rate = (scenario: string) => median((runs.get(scenario) ?? []).map((run) => run.requestsPerSecond));
  return [...runs].map(([scenario, rounds]) => ({
    scenario,
    requestsPerSecond: Math.round(rate(scenario)),
    ratio: Number((rate(scenario) / rate(baseline)).toFixed(2)),
    p50Ms: median(rounds.map((run) => run.p50Ms)),
    p99Ms: median(rounds.map((run) => run.p99Ms)),
  }));
}

export function print(rows: readonly Row[]): string {
  const cells = [
    ['scenario', 'req/s', 'ratio', 'p50 ms', 'p99 ms'],
    ...rows.map((row) => [
      row.scenario,
      String(row.requestsPerSecond),
      row.ratio.toFixed(2),
      String(row.p50Ms),
      String(row.p99Ms),
    ]),
  ];
  const width = Math.max(...cells.map(([name = '']) => name.length));
  return cells
    .map(([name = '', ...figures]) => name.padEnd(width) + figures.map((figure) => figure.padStart(9)).join(''))
    .join('\n');
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle) - 1] ?? NaN)) / 2;
}

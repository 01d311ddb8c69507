/** One metric as it was told: what it is, and its numbers. */
export interface ToldMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly ToldSample[];
}

export interface ToldSample {
  /** That of the metric, or of one series of a histogram or summary. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Reads the text format 0.0.4 as strictly as it is written down: help and type before the samples, every sample under its
 * metric, no name, label or sample twice, histograms whole.
 * @throws Error with the line that is wrong.
 */
export function parseMetrics(text: string): ReadonlyMap<string, ToldMetric> {
  if (!text.endsWith('\n')) throw new Error('The last line does not end');
  const metrics = new Map<string, ToldMetric & { samples: ToldSample[] }>();
  let help: RegExpExecArray | null = null;
  let current: (ToldMetric & { samples: ToldSample[] }) | undefined;
  for (const line of text.split('\n').filter(Boolean)) {
    const type = TYPE.exec(line);
    if (HELP.test(line)) help = HELP.exec(line);
    else if (type) {
      const name = type[1] ?? '';
      if (help?.[1] !== name || metrics.has(name)) throw new Error(`Not after its help, or twice: ${line}`);
      current = { name, help: help[2] ?? '', type: type[2] ?? '', samples: [] };
      metrics.set(name, current);
    } else {
      const sample = sampleOf(line);
      if (!current || !belongs(sample, current)) throw new Error(`Not under its metric: ${line}`);
      current.samples.push(sample);
    }
  }
  for (const metric of metrics.values()) checkWhole(metric);
  return metrics;
}

const HELP = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/;
const TYPE = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (NaN|Nan|[+-]Inf|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y;

function sampleOf(line: string): ToldSample {
  const [, name, list = '', number = ''] = SAMPLE.exec(line) ?? [];
  if (name === undefined) throw new Error(`No sample: ${line}`);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < list.length) {
    const label = LABEL.exec(list);
    if (!label?.[1] || label[1] in labels) throw new Error(`Labels that are none, or twice: ${line}`);
    labels[label[1]] = label[2] ?? '';
  }
  return { name, labels, value: Number(number.replace('Inf', 'Infinity')) };
}

function belongs({ name }: ToldSample, metric: ToldMetric): boolean {
  const series = { histogram: ['_bucket', '_sum', '_count'], summary: ['', '_sum', '_count'] }[metric.type] ?? [''];
  return series.some((suffix) => name === metric.name + suffix);
}

function checkWhole({ name, type, samples }: ToldMetric): void {
  const seen = samples.map((sample) => JSON.stringify([sample.name, Object.entries(sample.labels).sort()]));
  if (new Set(seen).size !== seen.length) throw new Error(`${name} tells one thing twice`);
  if (type === 'counter' && samples.some(({ value }) => !(value >= 0))) throw new Error(`${name} counts below 0`);
  if (type !== 'histogram') return;
  for (const { labels, value } of samples.filter((sample) => sample.name === `${name}_count`)) {
    const isSame = (other: ToldSample) => Object.entries(labels).every(([label, text]) => other.labels[label] === text);
    const buckets = samples.filter((sample) => sample.name === `${name}_bucket` && isSame(sample));
    const counts = buckets.map((bucket) => bucket.value);
    const grows = counts.every((count, at) => at === 0 || count >= (counts[at - 1] ?? 0));
    if (!grows || buckets.at(-1)?.labels['le'] !== '+Inf' || counts.at(-1) !== value)
      throw new Error(`${name} is no whole histogram`);
  }
}

import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, type Metric as PromMetric, Registry } from 'prom-client';
import { VERSION } from '../config/version.js';
import { type Metric, type Sample, single } from './metric.js';

/** A database that does not answer must not keep the scrape from telling everything else. */
const READ_MS_MAX = 2_000;

/** Every metric of the product. Rooms add theirs. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly all: Metric[] = [];
  private failures = 0;
  private watchesProcess = false;

  constructor() {
    const labels = { version: VERSION, node: process.version };
    this.add(
      {
        name: 'akm_build_info',
        help: 'What is running; always 1',
        type: 'gauge',
        read: () => [{ labels, value: 1 }],
      },
      {
        name: 'akm_metrics_unreadable_total',
        help: 'Metrics that were left out of an answer, because the database did not tell in time',
        type: 'counter',
        read: () => single(this.failures),
      },
    );
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  add(...metrics: readonly Metric[]): void {
    for (const metric of metrics) this.registry.registerMetric(this.adapted(metric));
    this.all.push(...metrics);
  }

  /** Everything, in the text format of Prometheus. */
  text(): Promise<string> {
    for (const metric of this.all) metric.prepare?.();
    // Not before: somebody has to ask for what Node tells of itself, or nobody pays for it.
    if (!this.watchesProcess) collectDefaultMetrics({ register: this.registry });
    this.watchesProcess = true;
    return this.registry.metrics();
  }

  /** All that the registry asks of a metric is its name and this method, which its types do not say. */
  private adapted(metric: Metric): PromMetric {
    const { name, help, type } = metric;
    const get = async () => {
      const values = (await this.samplesOf(metric)).map(({ series, ...sample }) => ({
        ...sample,
        ...(series && { metricName: name + series }),
      }));
      return { name, help, type, values };
    };
    return { name, get } as unknown as PromMetric;
  }

  private async samplesOf(metric: Metric): Promise<readonly Sample[]> {
    try {
      return await soon(metric.read());
    } catch {
      this.failures += 1;
      return [];
    }
  }
}

async function soon<T>(value: T | Promise<T>): Promise<T> {
  if (!(value instanceof Promise)) return value;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not read within ${READ_MS_MAX} ms`));
    }, READ_MS_MAX);
  });
  return Promise.race([value, late]).finally(() => {
    clearTimeout(timer);
  });
}

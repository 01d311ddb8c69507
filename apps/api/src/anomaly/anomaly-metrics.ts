import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '#domain';
import { Config } from '../config/config.js';
import { type Sample, shared } from '../metrics/metric.js';
import { Metrics } from '../metrics/metrics.js';
import { USED_MS } from './shape-changes.js';
import { BUCKET_MS } from './shape-scoring.js';

/** Whether anything is looked at: detection that stands still is as silent as keys with which all is well. */
@Injectable()
export class AnomalyMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    const behind = shared(() => this.behind());
    this.metrics.add(
      {
        name: 'akm_anomaly_waiting_entries',
        help: 'Entries of the log that no instance has looked at for anomalies; nothing while detection is off',
        type: 'gauge',
        read: async () => this.whileOn((await behind()).entries),
      },
      {
        name: 'akm_anomaly_shape_lag_seconds',
        help: 'Since the end of the five minutes of a key that wait the longest to be looked at; nothing while detection is off',
        type: 'gauge',
        read: async () => this.whileOn((await behind()).lagMs / 1000),
      },
    );
  }

  private whileOn(value: number): Sample[] {
    return this.config.anomaly.isOn ? [{ value }] : [];
  }

  private async behind(): Promise<{ entries: number; lagMs: number }> {
    const now = this.clock.now();
    const [row] = await this.dataSource.query<{ entries: number; since: number | null }[]>(BEHIND, [
      new Date(now - USED_MS),
    ]);
    return { entries: row?.entries ?? 0, lagMs: Math.max(0, now - (row?.since ?? now) - BUCKET_MS) };
  }
}

/** $1 used since when: keys that are not used are not looked at. */
const BEHIND = `
  SELECT greatest(0, size - position)::float8 AS entries, (
    SELECT (extract(epoch FROM seen_until) * 1000)::float8 FROM watched_shapes WHERE used_at >= $1
    ORDER BY seen_until LIMIT 1
  ) AS since
  FROM anomaly_watch, audit_tree`;

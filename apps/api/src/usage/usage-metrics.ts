import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../config/config.js';
import { seconds, single } from '../metrics/metric.js';
import { Metrics } from '../metrics/metrics.js';
import { Spool } from './spool.js';
import { UsageIngest } from './usage-ingest.js';
import { UsageRecorder } from './usage-recorder.js';

/** What verifications have left behind and the database does not have yet. */
@Injectable()
export class UsageMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly spool: Spool,
    private readonly recorder: UsageRecorder,
    private readonly ingest: UsageIngest,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.metrics.add(
      {
        name: 'akm_usage_spool_pending_bytes',
        help: 'Uses of keys on the disk of this instance that are not in the database',
        type: 'gauge',
        read: () => single(this.spool.pendingBytes),
      },
      {
        name: 'akm_usage_spool_max_bytes',
        help: 'USAGE_SPOOL_MAX_MB',
        type: 'gauge',
        read: () => single(this.config.usage.spoolBytesMax),
      },
      {
        name: 'akm_usage_dropped_total',
        help: 'Uses of keys that were not recorded, because the spool was full or could not be written',
        type: 'counter',
        read: () => single(this.recorder.dropped),
      },
      {
        name: 'akm_usage_ingest_lag_seconds',
        help: 'How old what waits for the database may be; 0 when nothing waits',
        type: 'gauge',
        read: () => single(seconds(this.ingest.lagMs)),
      },
    );
  }
}

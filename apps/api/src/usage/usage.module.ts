import { Logger, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Clock } from '#domain';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import { KeptAddresses } from '../http/kept-addresses.js';
import { BackgroundThread } from '../jobs/background-thread.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { LogTreeModule } from '../log-tree/log-tree.module.js';
import { AskedPermission } from './asked-permission.entity.js';
import { HourlyOutcomes } from './hourly-outcomes.js';
import { KeyActivities } from './key-activity.js';
import { KeyHours } from './key-hours.js';
import { KeyUsage } from './key-usage.entity.js';
import { SecretCallers } from './secret-callers.js';
import { SpoolIngest } from './spool-ingest.js';
import { SpoolStore, ThreadedSpoolStore } from './spool-store.js';
import { Spool } from './spool.js';
import { UncountedUses } from './uncounted-uses.entity.js';
import { keptBeside } from './unstorable.js';
import { StoredUsageEvent } from './usage-event.entity.js';
import { UsageHour } from './usage-hour.entity.js';
import { UsageIngest } from './usage-ingest.js';
import { UsageMinute } from './usage-minute.entity.js';
import { UsageMetrics } from './usage-metrics.js';
import { UsageOutcome } from './usage-outcome.entity.js';
import { UsageRecorder } from './usage-recorder.js';
import { UsageRetentionJob } from './usage-retention.job.js';
import { UsageSpool } from './usage-spool.entity.js';
import { UsageText, UsageTextHour } from './usage-text.entity.js';
import { UsageTotals } from './usage-totals.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([
      AskedPermission,
      StoredUsageEvent,
      KeyUsage,
      UsageHour,
      UsageMinute,
      UsageOutcome,
      UsageText,
      UsageTextHour,
      UsageSpool,
      UncountedUses,
    ]),
    JobsModule,
    LogTreeModule,
  ],
  providers: [
    {
      provide: Spool,
      inject: [Config],
      useFactory: ({ usage }: Config) =>
        Spool.create(usage.spoolPath, { bytesMax: usage.spoolBytesMax }, (error) => {
          new Logger('Usage').error(`${error.message}. Usage is not recorded until the process is started again.`);
        }),
    },
    {
      provide: UsageRecorder,
      inject: [Spool, Config, Clock],
      useFactory: (spool: Spool, config: Config, clock: Clock) =>
        new UsageRecorder(spool, config.usage.whenFull, clock, new KeptAddresses(config)),
    },
    {
      provide: SpoolStore,
      inject: [DataSource, Config, BackgroundThread],
      useFactory: (dataSource: DataSource, { usage }: Config, thread: BackgroundThread | null): SpoolStore =>
        thread ? new ThreadedSpoolStore(thread) : new SpoolIngest(dataSource, keptBeside(usage.spoolPath)),
    },
    UsageIngest,
    UsageRetentionJob,
    UsageTotals,
    UsageMetrics,
    KeyActivities,
    KeyHours,
    HourlyOutcomes,
    SecretCallers,
  ],
  exports: [Spool, UsageRecorder, UsageIngest, UsageTotals, KeyActivities, KeyHours, HourlyOutcomes, SecretCallers],
})
export class UsageModule {}

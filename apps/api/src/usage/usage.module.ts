import { join } from 'node:path';
import { Logger, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Clock } from '#domain';
import { Config } from '../config/config.js';
import { KeptAddresses } from '../http/kept-addresses.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { LogTreeModule } from '../log-tree/log-tree.module.js';
import { AskedPermission } from './asked-permission.entity.js';
import { HourlyOutcomes } from './hourly-outcomes.js';
import { KeyActivities } from './key-activity.js';
import { KeyHours } from './key-hours.js';
import { KeyUsage } from './key-usage.entity.js';
import { SecretCallers } from './secret-callers.js';
import { Spool } from './spool.js';
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
    ]),
    JobsModule,
    LogTreeModule,
  ],
  providers: [
    {
      provide: Spool,
      inject: [Config],
      useFactory: ({ database, usage }: Config) =>
        Spool.create(join(database.dataDir, 'spool'), { bytesMax: usage.spoolBytesMax }, (error) => {
          new Logger('Usage').error(`${error.message}. Usage is not recorded until the process is started again.`);
        }),
    },
    {
      provide: UsageRecorder,
      inject: [Spool, Config, Clock],
      useFactory: (spool: Spool, config: Config, clock: Clock) =>
        new UsageRecorder(spool, config.usage.whenFull, clock, new KeptAddresses(config)),
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

import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { serverUrlOf } from '../database/connection-options.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { ChangeFeed } from './change-feed.js';
import { ChangeFeedMetrics } from './change-feed-metrics.js';
import { EmbeddedChangeFeed } from './embedded-change-feed.js';
import { PruneChangeFeedJob } from './prune-change-feed.job.js';
import { ServerChangeFeed } from './server-change-feed.js';

/** What changes in the database, told to whoever keeps a copy. */
@Module({
  imports: [JobsModule],
  providers: [
    {
      provide: ChangeFeed,
      inject: [DataSource],
      useFactory: (dataSource: DataSource): ChangeFeed => {
        const url = serverUrlOf(dataSource);
        return url === null ? new EmbeddedChangeFeed(dataSource) : new ServerChangeFeed(url);
      },
    },
    ChangeFeedMetrics,
    PruneChangeFeedJob,
  ],
  exports: [ChangeFeed],
})
export class ChangeFeedModule {}

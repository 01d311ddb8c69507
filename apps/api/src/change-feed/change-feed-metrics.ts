import { Injectable, type OnModuleInit } from '@nestjs/common';
import { seconds, single } from '../metrics/metric.js';
import { Metrics } from '../metrics/metrics.js';
import { ChangeFeed } from './change-feed.js';

/** How far this instance is behind what was changed. */
@Injectable()
export class ChangeFeedMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly feed: ChangeFeed,
  ) {}

  onModuleInit(): void {
    this.metrics.add(
      {
        name: 'akm_revocation_lag_seconds',
        help: 'From the writing of a change of a key or a person, before its commit, to when it was known here; the most of the last minute',
        type: 'gauge',
        read: () => single(seconds(this.feed.status.lagMs)),
      },
      {
        name: 'akm_change_lag_seconds',
        help: 'The same for every reading that found changes, by the oldest of them; nothing where nothing is read',
        type: 'histogram',
        read: () => this.feed.lags.samples(),
      },
      {
        name: 'akm_change_feed_age_seconds',
        help: 'Since the last reading of changes that succeeded began; beyond 1 no key is taken from memory',
        type: 'gauge',
        read: () => single(seconds(this.feed.status.ageMs)),
      },
    );
  }
}

import { Global, Module } from '@nestjs/common';
import { Metrics } from './metrics.js';

/** What akm tells those who watch it. Global: every room has something to tell. */
@Global()
@Module({ providers: [Metrics], exports: [Metrics] })
export class MetricsModule {}

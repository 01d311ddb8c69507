import { Clock } from '#domain';
import { Config } from '../../config/config.js';
import { Readiness } from '../../health/readiness.js';
import { jobViews } from '../../jobs/job.view.js';
import { Jobs } from '../../jobs/jobs.js';
import { Spool } from '../../usage/spool.js';
import { UsageIngest } from '../../usage/usage-ingest.js';
import { UsageRecorder } from '../../usage/usage-recorder.js';
import type { Page } from '../frame/page.js';
import { Pages, ShowPage } from '../frame/page.decorators.js';
import { ServerView } from './jobs.view.js';

/** How this instance is, and what it does by itself. */
@Pages()
export class JobPages {
  constructor(
    private readonly jobs: Jobs,
    private readonly readiness: Readiness,
    private readonly spool: Spool,
    private readonly recorder: UsageRecorder,
    private readonly ingest: UsageIngest,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  @ShowPage('dashboard/jobs', 'akm:jobs:read')
  async show(): Promise<Page> {
    const uses = {
      pendingBytes: this.spool.pendingBytes,
      bytesMax: this.config.usage.spoolBytesMax,
      dropped: this.recorder.dropped,
      lagMs: this.ingest.lagMs,
    };
    const jobs = await jobViews(this.jobs, this.clock.now());
    const body = <ServerView jobs={jobs} health={await this.readiness.tell()} uses={uses} />;
    return { title: 'Server', section: 'jobs', body };
  }
}

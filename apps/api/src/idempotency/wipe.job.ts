import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { JobResult } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { KeptAnswers } from './kept-answers.js';

const MINUTE_MS = 60_000;

/** Wipes answers whose time is over from the database too, where they could no longer be asked for anyway. */
@Injectable()
export class WipeJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly answers: KeptAnswers,
  ) {}

  onModuleInit(): void {
    this.jobs.add({ name: 'wipe_kept_answers', everyMs: MINUTE_MS, run: (now) => this.wipe(now) });
  }

  private async wipe(now: number): Promise<JobResult> {
    return { items: await this.answers.wipe(now), failures: [] };
  }
}

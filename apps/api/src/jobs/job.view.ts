import type { Job } from './job.js';
import type { JobRun } from './job-run.entity.js';
import type { JobDto } from './jobs.dto.js';
import type { Jobs } from './jobs.js';
import { tellableError } from './tellable-error.js';

/** Every job as it may be shown. */
export async function jobViews(jobs: Jobs, now: number): Promise<JobDto[]> {
  const last = await jobs.lastRuns();
  return jobs.all.map((job) => jobView(job, last.get(job.name) ?? null, now));
}

function jobView(job: Job, last: JobRun | null, now: number): JobDto {
  return {
    name: job.name,
    every_seconds: job.everyMs / 1000,
    last_run: last && {
      started_at: last.startedAt,
      finished_at: last.finishedAt,
      items: last.items,
      error: last.error === null ? null : tellableError(last.error),
    },
    next_run_at: new Date(Math.max(now, last ? last.startedAt.getTime() + job.everyMs : now)),
  };
}

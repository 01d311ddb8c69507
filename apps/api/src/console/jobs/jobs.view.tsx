import type { HealthCheckResult } from '@nestjs/terminus';
import type { VNode } from 'preact';
import type { JobDto } from '../../jobs/jobs.dto.js';
import { VERSION } from '../../config/version.js';
import { useFrame } from '../frame/frame.js';
import { Badge } from '../parts/badge.js';
import { NUMBER } from '../parts/chart.js';
import { Heading } from '../parts/heading.js';
import { Table } from '../parts/table.js';
import { Time } from '../parts/time.js';
import { inWords } from '../parts/words.js';
import { partInWords, type UsesOnTheWay, usesInWords } from './health-words.js';

interface ServerProps {
  jobs: readonly JobDto[];
  health: HealthCheckResult;
  uses: UsesOnTheWay;
}

export function ServerView({ jobs, health, uses }: ServerProps): VNode {
  return (
    <>
      <Heading
        title="Server"
        about={`akm ${VERSION}. What this instance is made of, as /readyz and /metrics tell it to programs.`}
      />
      <Health health={health} uses={uses} />
      <section class="section">
        <h2>Jobs</h2>
        <JobTable jobs={jobs} />
      </section>
    </>
  );
}

function Health({ health: { details }, uses }: Omit<ServerProps, 'jobs'>): VNode {
  const parts = [...Object.entries(details).map(([name, detail]) => partInWords(name, detail)), usesInWords(uses)];
  return (
    <Table
      label="Health"
      rows={parts}
      keyOf={({ name }) => name}
      columns={[
        { head: 'Part', isName: true, cell: ({ name }) => name },
        { head: 'State', cell: ({ tone, state }) => <Badge tone={tone}>{state}</Badge> },
        { head: 'What that means', class: 'sentence', cell: ({ sentence }) => sentence },
      ]}
    />
  );
}

function JobTable({ jobs }: { jobs: readonly JobDto[] }): VNode {
  return (
    <Table
      label="Jobs"
      rows={jobs}
      keyOf={({ name }) => name}
      columns={[
        {
          head: 'Job',
          isName: true,
          class: 'name',
          cell: ({ name, every_seconds: every }) => (
            <>
              {inWords(name)}
              <span class="below">{period(every)}</span>
            </>
          ),
        },
        { head: 'Last run', cell: ({ last_run: last }) => (last ? <Time at={last.started_at} /> : 'Not yet') },
        { head: 'Went', class: 'sentence', cell: ({ last_run: last }) => <Outcome last={last} /> },
        { head: 'Things done', class: 'number', cell: ({ last_run: last }) => NUMBER.format(last?.items ?? 0) },
        { head: 'Next run', cell: ({ next_run_at: next }) => <NextRun at={next} /> },
      ]}
    />
  );
}

/** One that is due began to wait long ago, or just now: either way it is next. */
function NextRun({ at }: { at: Date }): VNode {
  const { now } = useFrame();
  return at.getTime() <= now ? <>now</> : <Time at={at} />;
}

function Outcome({ last }: { last: JobDto['last_run'] }): VNode {
  if (!last) return <Badge tone="plain">Waits</Badge>;
  if (last.error !== null) {
    return (
      <>
        <Badge tone="bad">Failed</Badge>
        <span class="below">{last.error}. It is tried again at the next run; the server’s log says more.</span>
      </>
    );
  }
  return last.finished_at === null ? <Badge tone="warn">Runs</Badge> : <Badge tone="good">Well</Badge>;
}

function period(seconds: number): string {
  const [unit, length] = UNITS.find(([, size]) => seconds >= size && seconds % size === 0) ?? ['second', 1];
  const count = seconds / length;
  return count === 1 ? `every ${unit}` : `every ${count} ${unit}s`;
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

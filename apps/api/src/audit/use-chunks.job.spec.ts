import type { DataSource } from 'typeorm';
import { ManualClock } from '#domain';
import { Config } from '../config/config.js';
import { parseEnv } from '../config/env.js';
import type { Job } from '../jobs/job.js';
import type { Jobs } from '../jobs/jobs.js';
import { UseChunksJob } from './use-chunks.job.js';
import { NEXT_CHUNK, STORE_CHUNK } from './use-chunks.sql.js';

const CHUNK_MS = 300;
const secrets = { jwt: ['j'.repeat(32)], masterEncryption: ['m'.repeat(32)] };

/** A log with more chunks than can ever be made, each of which takes a while. */
function jobOf(onChunk: (job: UseChunksJob) => void = () => undefined): { run: () => Promise<number> } {
  const clock = new ManualClock(1_000_000);
  const jobs: Job[] = [];
  const query = (sql: string) => {
    if (sql === NEXT_CHUNK) return Promise.resolve([{ firstLeaf: 0 }]);
    if (sql === STORE_CHUNK) {
      clock.advance(CHUNK_MS);
      onChunk(job);
    }
    return Promise.resolve([]);
  };
  const dataSource = { query, transaction: (work: (manager: object) => unknown) => work({ query }) };
  const job = new UseChunksJob(
    { add: (added: Job) => jobs.push(added) } as unknown as Jobs,
    dataSource as unknown as DataSource,
    new Config(parseEnv({}), secrets),
    clock,
  );
  job.onModuleInit();
  return { run: async () => (await jobs[0]?.run(clock.now()))?.items ?? 0 };
}

describe('the job that makes bitmaps', () => {
  it('leaves the rest to its next run after two seconds, however much there is', async () => {
    const { run } = jobOf();
    expect([await run(), await run()]).toEqual([7, 7]);
  });

  it('makes no other chunk once the process is to end', async () => {
    const { run } = jobOf((job) => {
      job.beforeApplicationShutdown();
    });
    expect([await run(), await run()]).toEqual([1, 0]);
  });
});

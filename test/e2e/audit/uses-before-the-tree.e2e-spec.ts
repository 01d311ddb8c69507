import type { LogReport } from '#domain';
import { LogSealing } from '../../../apps/api/src/audit/log-sealing.js';
import { LogVerification } from '../../../apps/api/src/audit/log-verification.js';
import { CheckpointFolder } from '../../../apps/api/src/log-tree/checkpoint-folder.js';
import { LogSigner } from '../../../apps/api/src/log-tree/log-signer.js';
import { dayOf, UsageDays } from '../../../apps/api/src/usage/usage-days.js';
import { TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();

const rows = <Row>(sql: string) => app.dataSource.query<Row[]>(sql);

async function verify(): Promise<LogReport> {
  const verifier = await app.nest.get(LogSigner).verifier();
  return new LogVerification(app.dataSource, verifier, CheckpointFolder.in(app.dataDir)).run();
}

describe('the log of a server of the release before', () => {
  it('is given its places, in the order in which the uses were', async () => {
    const before = (await verify()).size;
    const start = new Date(app.clock.now() - 60_000);
    await new UsageDays(app.dataSource).make([dayOf(start.getTime())]);
    await app.dataSource.query(
      `INSERT INTO usage_events (timestamp, id, outcome, latency_us, request_id, method, endpoint)
       SELECT $1::timestamptz + n % 700 * interval '1 ms', gen_random_uuid(), 'NOT_FOUND', 1, 'old', 'GET', '/' FROM generate_series(1, 2300) AS n`,
      [start],
    );
    await app.nest.get(LogSealing).sign();
    const report = await verify();
    expect(report.faults).toEqual([]);
    expect(report.size).toBe(before + 2300);
    const [{ misplaced } = { misplaced: -1 }] = await rows<{ misplaced: number }>(
      `SELECT count(*)::integer AS misplaced FROM (
         SELECT timestamp, lag(timestamp) OVER (ORDER BY leaf) AS former FROM usage_events WHERE request_id = 'old'
       ) AS placed WHERE timestamp < former`,
    );
    expect(misplaced).toBe(0);
  });
});

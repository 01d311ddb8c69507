import { type LogReport } from '#domain';
import { archive, verifyArchive } from '../../../apps/api/src/audit/log-archive.js';
import { LogSealing } from '../../../apps/api/src/audit/log-sealing.js';
import { LogVerification } from '../../../apps/api/src/audit/log-verification.js';
import { Jobs } from '../../../apps/api/src/jobs/jobs.js';
import { CheckpointFolder } from '../../../apps/api/src/log-tree/checkpoint-folder.js';
import { LogSigner } from '../../../apps/api/src/log-tree/log-signer.js';
import { TestApp } from '../../support/test-app.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

// It begins at midday.
const app = TestApp.forTests({
  AUDIT_RETENTION_DAYS: '30',
  USAGE_RETENTION_DAYS: '400',
  DEFAULT_KEY_EXPIRY_DAYS: '365',
});

const rows = <Row>(sql: string) => app.dataSource.query<Row[]>(sql);
const changes = async () => (await rows('SELECT FROM audit_log')).length;

async function live(): Promise<void> {
  const { secret } = await app.key(await app.person());
  for (let use = 0; use < 3; use += 1) await app.call('GET', '/api/v1/protected/test', { key: secret });
  await app.ingest();
}

async function runJobs(): Promise<void> {
  await app.nest.get(Jobs).runDue();
}

async function verified(): Promise<LogReport> {
  await app.nest.get(LogSealing).sign();
  const verifier = await app.nest.get(LogSigner).verifier();
  return new LogVerification(app.dataSource, verifier, CheckpointFolder.in(app.dataDir)).run();
}

describe('the retention of changes', () => {
  it('keeps a change for as long as it was asked to, and until its whole day is so old', async () => {
    await live();
    await app.nest.get(LogSealing).sign();
    const before = await changes();
    app.clock.advance(30.5 * DAY_MS - 1);
    await runJobs();
    expect(await changes()).toBe(before);
    app.clock.advance(1 + HOUR_MS);
    await runJobs();
    expect(await changes()).toBeLessThan(before);
    expect(await rows(`SELECT FROM audit_log WHERE timestamp < '2026-11-23'`)).toEqual([]);
  });

  it('leaves uses alone, and a log that verifies here and elsewhere', async () => {
    await live();
    expect(await rows('SELECT FROM usage_events')).toHaveLength(6);
    const report = await verified();
    expect(report.faults).toEqual([]);
    expect(report.retired).toBeGreaterThan(2);
    const verifier = await app.nest.get(LogSigner).verifier();
    const elsewhere = await verifyArchive(lines(archive(app.dataSource, verifier)), verifier, []);
    expect(elsewhere).toMatchObject({ faults: [], retired: report.retired, size: report.size });
  });

  it('passes for no deletion of others: one more entry that is gone is missing', async () => {
    await rows('DELETE FROM audit_log WHERE leaf = (SELECT min(leaf) FROM audit_log)');
    expect((await verified()).faults).toMatchObject([{ kind: 'missing' }]);
  });

  it('waits for what has no place in the log yet', async () => {
    await live();
    const waiting = await rows('SELECT FROM audit_log WHERE leaf IS NULL');
    expect(waiting.length).toBeGreaterThan(1);
    app.clock.advance(40 * DAY_MS);
    await runJobs();
    expect(await rows('SELECT FROM audit_log WHERE leaf IS NULL')).toHaveLength(waiting.length);
  });
});

describe('without AUDIT_RETENTION_DAYS', () => {
  const other = TestApp.forTests();

  it('changes are kept for ever', async () => {
    const admin = await other.person('admin');
    await other.nest.get(LogSealing).sign();
    const count = async () => (await other.dataSource.query<unknown[]>('SELECT FROM audit_log')).length;
    const before = await count();
    other.clock.advance(3650 * DAY_MS);
    await other.nest.get(Jobs).runDue();
    expect(before).toBeGreaterThan(0);
    expect(await count()).toBeGreaterThanOrEqual(before);
    const { body } = await other.call('GET', '/api/v1/jobs', { as: (await other.signedIn(admin)).token });
    expect(JSON.stringify(body)).not.toContain('audit_retention');
  });
});

async function* lines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const piece of pieces) yield piece.trimEnd();
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LogReport, openCheckpoint } from '#domain';
import { LogSealing } from '../../../apps/api/src/audit/log-sealing.js';
import { LogVerification } from '../../../apps/api/src/audit/log-verification.js';
import type { Config } from '../../../apps/api/src/config/config.js';
import { Jobs } from '../../../apps/api/src/jobs/jobs.js';
import { CheckpointFolder } from '../../../apps/api/src/log-tree/checkpoint-folder.js';
import { Checkpoints } from '../../../apps/api/src/log-tree/checkpoints.js';
import { LogRetirement } from '../../../apps/api/src/log-tree/log-retirement.js';
import { LogSigner } from '../../../apps/api/src/log-tree/log-signer.js';
import { LogTree } from '../../../apps/api/src/log-tree/log-tree.js';
import { dayOf, partitionOf, UsageDays } from '../../../apps/api/src/usage/usage-days.js';
import { TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
const DAY_MS = 86_400_000;

/** What a person and their key leave behind. */
async function live(uses: number): Promise<void> {
  const person = await app.person();
  const { secret } = await app.key(person);
  for (let use = 0; use < uses; use += 1) await app.call('GET', '/api/v1/protected/test', { key: secret });
  await app.ingest();
}

async function verify(): Promise<LogReport> {
  const verifier = await app.nest.get(LogSigner).verifier();
  return new LogVerification(app.dataSource, verifier, CheckpointFolder.in(app.dataDir)).run();
}

const rows = <Row>(sql: string) => app.dataSource.query<Row[]>(sql);
const sign = () => app.nest.get(LogSealing).sign();

describe('the log of a running server', () => {
  it('has every change and every use in one tree, each at a place of its own', async () => {
    await live(3);
    await Promise.all([live(2), live(2), sign(), sign()]);
    await sign();
    const places = await rows<{ leaf: number }>(
      'SELECT leaf::int AS leaf FROM audit_log UNION ALL SELECT leaf::int FROM usage_events ORDER BY leaf',
    );
    const [tree] = await rows<{ size: number }>('SELECT size::int AS size FROM audit_tree');
    expect(places.map(({ leaf }) => leaf)).toEqual(Array.from({ length: tree?.size ?? 0 }, (_, at) => at));
    const report = await verify();
    expect(report).toMatchObject({ size: tree?.size, signedSize: tree?.size, entries: tree?.size, faults: [] });
  });

  it('is signed, and the checkpoint is in DATA_DIR as in the database', async () => {
    await live(1);
    await sign();
    const newest = await app.nest.get(Checkpoints).newest();
    const verifier = await app.nest.get(LogSigner).verifier();
    expect(openCheckpoint(newest?.note ?? '', verifier)).toMatchObject({ checkpoint: { size: newest?.size } });
    const folder = join(app.dataDir, 'checkpoints');
    const [file = ''] = readdirSync(folder);
    expect(readFileSync(join(folder, file), 'utf8').endsWith(`${newest?.note}\n`)).toBe(true);
  });

  it('is signed no more often than once a second, and not when nothing was added', async () => {
    await sign();
    expect(await app.nest.get(Checkpoints).sign(0)).toBeNull();
    await live(1);
    expect(await app.nest.get(Checkpoints).sign()).toBeNull();
    app.clock.advance(1_000);
    expect(await app.nest.get(Checkpoints).sign()).toContain('akm/');
  });

  it('is signed when the process ends, however shortly after the last time', async () => {
    await live(1);
    await sign();
    await live(1);
    const tree = app.nest.get(LogTree);
    const ticking = { jobs: { areTicking: true } } as Config;
    await new LogSealing(app.dataSource, tree, app.nest.get(Checkpoints), app.clock, ticking).onApplicationShutdown();
    expect(await verify()).toMatchObject({ signedSize: (await tree.read()).size, faults: [] });
  });

  it('does not miss entries whose time was over', async () => {
    await live(2);
    app.clock.advance(100 * DAY_MS);
    await app.nest.get(Jobs).runDue();
    expect(await rows('SELECT FROM usage_events')).toEqual([]);
    await live(1);
    await sign();
    const report = await verify();
    expect(report.faults).toEqual([]);
    expect(report.retired).toBeGreaterThan(1);
  });

  it('does not miss entries that came while those before them were counted', async () => {
    await live(2);
    await sign();
    const day = dayOf(app.clock.now());
    const retirement = app.nest.get(LogRetirement);
    const leaving = await retirement.prepare(partitionOf(day));
    await live(1);
    await new UsageDays(app.dataSource).drop(day, (manager) => retirement.retire(manager, leaving));
    await live(1);
    await sign();
    expect((await verify()).faults).toEqual([]);
  });

  it('names the entry that somebody changed, of both kinds', async () => {
    for (const [table, change] of [
      ['usage_events', `ip_address = '192.0.2.9'`],
      ['audit_log', `timestamp = timestamp + interval '1 microsecond'`],
    ]) {
      const [row] = await rows<{ id: string; leaf: number }>(
        `SELECT id, leaf::int AS leaf FROM ${table} ORDER BY leaf DESC LIMIT 1`,
      );
      const before = (await verify()).faults.length;
      await app.dataSource.query(`UPDATE ${table} SET ${change} WHERE id = $1`, [row?.id]);
      const { faults } = await verify();
      expect(faults).toHaveLength(before + 1);
      expect(faults).toContainEqual(expect.objectContaining({ kind: 'altered', leaf: row?.leaf, id: row?.id }));
    }
  });
});

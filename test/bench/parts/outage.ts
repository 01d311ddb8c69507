import { setTimeout as pause } from 'node:timers/promises';
import type { Cut } from '../../support/tcp-proxy.js';
import { BOUND_MS, type Cluster, clusterOn, endCluster, revokeOn } from '../cluster.js';
import { textAt } from '../load/records.js';
import { largest, rounded } from '../statistics.js';
import type { Stage } from '../stage.js';
import { isAccepted, type Use, Watcher } from '../watcher.js';
import type { Part } from './part.js';

const KEYS = 20;
const FROZEN_MS = 10_000;
const CUT_MS = 6_000;
/** Left to an instance to be itself again. */
const RECOVERY_MS_MAX = 30_000;
const EVERY_MS = 20;

export const outage: Part = {
  name: 'outage',
  about: 'Is a revoked key accepted by an instance that was frozen, or is cut off from the database?',
  run: async (stage) => {
    const cluster = await clusterOn(stage, 'outage');
    if (cluster === null) return;
    try {
      await frozen(stage, cluster);
      for (const cut of ['silence', 'reset'] as const) await cutOff(stage, cluster, cut);
    } finally {
      await endCluster(cluster);
    }
  },
};

/** A key that is revoked, and the one who uses it on the instance that is in trouble. */
interface Subject {
  readonly key: string;
  readonly watcher: Watcher;
  revokedAt: number;
}

/** Requests wait in the sockets of a frozen instance; when it goes on, what it knows is old and it cannot tell. */
async function frozen({ report }: Stage, cluster: Cluster): Promise<void> {
  const third = cluster.instances[2];
  const subjects = await subjectsOn(cluster, 'frozen');
  third.freeze();
  for (const { watcher } of subjects) watcher.start();
  for (const subject of subjects) subject.revokedAt = await revokeOn(cluster, cluster.instances[0], subject.key);
  await pause(FROZEN_MS);
  const thawedAt = performance.now();
  third.thaw();
  await pause(2 * BOUND_MS);
  for (const { watcher } of subjects) await watcher.stop();
  // Sent before the thaw, answered after: those that waited.
  const waited = subjects.flatMap(({ watcher }) =>
    watcher.uses.filter(({ sentAt, answeredAt, status }) => sentAt < thawedAt && answeredAt > thawedAt && status !== 0),
  );
  const accepted = waited.filter(isAccepted).length;
  const what = `frozen for ${FROZEN_MS / 1000} s`;
  report.check(`${what}: no waiting request is accepted`, accepted === 0, `${accepted} of ${waited.length} accepted`);
  reportLate(report, what, subjects);
  await recover(report, what, cluster);
}

async function cutOff({ report }: Stage, cluster: Cluster, cut: Cut): Promise<void> {
  const subjects = await subjectsOn(cluster, cut);
  for (const { watcher } of subjects) watcher.start();
  await pause(100);
  cluster.proxy.interrupt(cut);
  for (const subject of subjects) subject.revokedAt = await revokeOn(cluster, cluster.instances[0], subject.key);
  await pause(CUT_MS);
  cluster.proxy.mend();
  await pause(BOUND_MS);
  for (const { watcher } of subjects) await watcher.stop();
  const what = `cut off by ${cut}`;
  const accepted = subjects.map(({ watcher, revokedAt }) => lastAccepted(watcher.uses) - revokedAt);
  report.note(`${what}: last accepted ${rounded(Math.max(0, largest(accepted)))} ms after the 204`);
  reportLate(report, what, subjects);
  await recover(report, what, cluster);
}

/** Keys that the third instance has just accepted. */
async function subjectsOn(cluster: Cluster, series: string): Promise<Subject[]> {
  const keys = await cluster.owner.issue(series, KEYS);
  const subjects: Subject[] = [];
  for (let n = 0; n < KEYS; n++) {
    const key = textAt(keys, n);
    const watcher = new Watcher(cluster.instances[2].url, key, EVERY_MS);
    const use = await watcher.use();
    if (!isAccepted(use)) throw new Error(`A key was refused with ${use.status} before it was revoked`);
    subjects.push({ key, watcher, revokedAt: Infinity });
  }
  return subjects;
}

function reportLate(report: Stage['report'], what: string, subjects: readonly Subject[]): void {
  const late = subjects.flatMap(({ watcher, revokedAt }) =>
    watcher.uses.filter((use) => isAccepted(use) && use.sentAt > revokedAt + BOUND_MS),
  );
  const uses = subjects.reduce((sum, { watcher }) => sum + watcher.uses.length, 0);
  report.check(
    `${what}: nothing is accepted after ${BOUND_MS} ms`,
    late.length === 0,
    `${late.length} of ${uses} uses`,
  );
}

/** A trouble that has passed must be over: a key that was not revoked is accepted again. */
async function recover(report: Stage['report'], what: string, { instances, background }: Cluster): Promise<void> {
  const started = performance.now();
  const watcher = new Watcher(instances[2].url, textAt(background, 0), EVERY_MS).start();
  while (!watcher.uses.some(isAccepted) && performance.now() - started < RECOVERY_MS_MAX) await pause(EVERY_MS);
  await watcher.stop();
  const isBack = watcher.uses.some(isAccepted);
  const ms = rounded(performance.now() - started);
  report.check(`${what}: serves again afterwards`, isBack, isBack ? `${ms} ms after that` : 'never');
}

function lastAccepted(uses: readonly Use[]): number {
  return largest([-Infinity, ...uses.filter(isAccepted).map(({ answeredAt }) => answeredAt)]);
}

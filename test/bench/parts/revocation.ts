import { setTimeout as pause } from 'node:timers/promises';
import { BOUND_MS, type Cluster, clusterOn, endCluster, revokeOn } from '../cluster.js';
import { startOpenLoop } from '../load/open-loop.js';
import type { Answered } from '../load/open-loop-run.js';
import { type Records, textAt } from '../load/records.js';
import { VERIFY_SELF } from '../routes.js';
import { largest, percentile, rounded } from '../statistics.js';
import type { Stage } from '../stage.js';
import { isAccepted, Watcher } from '../watcher.js';
import type { Part } from './part.js';

/** Uses of other keys on every instance meanwhile. */
const LOAD_PER_SECOND = 500;
/** Revocations under way at once. */
const LANES = 4;
const EVERY_MS = 3;

/** What one revocation looked like from outside. */
interface Seen {
  /** Uses accepted by the instance that answered 204, sent after that. */
  readonly acceptedByAnswering: number;
  /** From the 204 to the first refusal of the last instance. */
  readonly lagMs: number;
  /** Uses that any instance accepted after it had refused one. */
  readonly acceptedAgain: number;
  /** Uses that any instance accepted although they were sent after the bound. */
  readonly acceptedLate: number;
}

export const revocation: Part = {
  name: 'revocation',
  about: 'How long is a revoked key accepted anywhere, on three instances under load?',
  run: async (stage) => {
    const cluster = await clusterOn(stage, 'revocation');
    if (cluster === null) return;
    try {
      const { revocations } = stage.options;
      const keys = await cluster.owner.issue('revoked', revocations);
      await warmUp(cluster);
      let isOver = false;
      const load = cluster.instances.map((instance) => keepBusy(cluster, instance.url, () => isOver));
      const seen: Seen[] = [];
      let next = 0;
      const lane = async () => {
        for (let n = next++; n < revocations; n = next++) {
          seen.push(await revoke(cluster, n % cluster.instances.length, textAt(keys, n)));
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      isOver = true;
      const others = (await Promise.all(load)).flat();
      tell(stage, seen);
      const p99Ms = percentile(
        others.map(({ latencyMs }) => latencyMs),
        0.99,
      );
      stage.report.note(`meanwhile ${others.length} other uses, answered within ${rounded(p99Ms)} ms (p99)`);
    } finally {
      await endCluster(cluster);
    }
  },
};

/** Revokes on one instance while all are asked for the key without a pause. */
async function revoke(cluster: Cluster, answering: number, key: string): Promise<Seen> {
  const { instances } = cluster;
  const watchers = instances.map(({ url }) => new Watcher(url, key, EVERY_MS));
  for (const watcher of watchers) {
    const use = await watcher.use();
    if (!isAccepted(use)) throw new Error(`A key was refused with ${use.status} before it was revoked`);
    watcher.start();
  }
  const revokedAt = await revokeOn(cluster, instances[answering] ?? instances[0], key);
  await Promise.all(watchers.map((watcher) => watcher.refused(revokedAt + 5 * BOUND_MS)));
  // A little longer: what was refused once must stay refused.
  await pause(20);
  for (const watcher of watchers) await watcher.stop();

  const after = watchers.map(({ uses }) => uses.filter(({ sentAt }) => sentAt > revokedAt));
  const firstRefusals = watchers.map(({ uses }) => uses.find(({ status }) => status === 401)?.answeredAt ?? Infinity);
  return {
    acceptedByAnswering: after[answering]?.filter(isAccepted).length ?? 0,
    lagMs: Math.max(0, ...firstRefusals.map((at) => at - revokedAt)),
    acceptedAgain: watchers.flatMap(({ uses }, n) =>
      uses.filter((use) => isAccepted(use) && use.sentAt > (firstRefusals[n] ?? Infinity)),
    ).length,
    acceptedLate: after.flat().filter((use) => isAccepted(use) && use.sentAt > revokedAt + BOUND_MS).length,
  };
}

/** A server that has only just started compiles its code and knows no key: for some seconds everything waits for that. */
async function warmUp({ instances, background }: Cluster): Promise<void> {
  await Promise.all(instances.map(({ url }) => playLoad(url, background)));
}

async function keepBusy({ background }: Cluster, url: string, isOver: () => boolean): Promise<Answered[]> {
  const answers: Answered[] = [];
  while (!isOver()) answers.push(...(await playLoad(url, background)));
  return answers;
}

function playLoad(url: string, records: Records): Promise<Answered[]> {
  const requestsPerSecond = LOAD_PER_SECOND;
  return startOpenLoop({
    url,
    request: VERIFY_SELF,
    records,
    connections: 8,
    isPrecise: false,
    requestsPerSecond,
    seconds: 5,
  });
}

function tell({ report }: Stage, seen: readonly Seen[]): void {
  const lags = seen.map(({ lagMs }) => lagMs);
  const sum = (of: (one: Seen) => number) => seen.reduce((total, one) => total + of(one), 0);
  report.table(
    `${seen.length} revocations, ${LANES} at once, ${LOAD_PER_SECOND} other uses a second on each instance`,
    [
      {
        figure: 'from the 204 to the last instance, ms',
        p50: rounded(percentile(lags, 0.5), 1),
        p99: rounded(percentile(lags, 0.99), 1),
        max: rounded(largest(lags), 1),
        wanted: 'p99 < 100, max < 1000',
      },
    ],
  );
  const byAnswering = sum(({ acceptedByAnswering }) => acceptedByAnswering);
  const again = sum(({ acceptedAgain }) => acceptedAgain);
  report.check('the instance that answered 204 accepts no more', byAnswering === 0, `${byAnswering} accepted`);
  report.check('no instance accepts a key again that it has refused', again === 0, `${again} accepted`);
  const late = sum(({ acceptedLate }) => acceptedLate);
  report.check(`no instance accepts what was sent ${BOUND_MS} ms later`, late === 0, `${late} accepted`);
}

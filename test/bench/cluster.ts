import type { ServerProcess } from '../support/server-process.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { KeyOwner } from './keys.js';
import type { Records } from './load/records.js';
import type { Stage } from './stage.js';

/** Three instances on one PostgreSQL, the last one of which can be cut off from it. */
export interface Cluster {
  readonly instances: readonly [ServerProcess, ServerProcess, ServerProcess];
  readonly proxy: TcpProxy;
  readonly owner: KeyOwner;
  /** Used all the time, and never revoked. */
  readonly background: Records;
}

const BACKGROUND_KEYS = 1_000;

/** How late, at most, any instance may learn of a revocation, whatever single thing failed. */
export const BOUND_MS = 1_000;

/** Null, and said so, where there is no PostgreSQL. */
export async function clusterOn(stage: Stage, name: string): Promise<Cluster | null> {
  const databaseUrl = await stage.database(name);
  if (databaseUrl === null) {
    stage.report.skip('three instances', 'there is no PostgreSQL');
    return null;
  }
  const proxy = await TcpProxy.start(databaseUrl);
  const first = await stage.server({ databaseUrl, isAlone: false });
  const second = await stage.server({ databaseUrl, isAlone: false });
  const third = await stage.server({ databaseUrl: proxy.url, isAlone: false });
  const owner = await KeyOwner.register(first.url, databaseUrl, 'owner');
  const background = await owner.issue('background', BACKGROUND_KEYS);
  return { instances: [first, second, third], proxy, owner, background };
}

/** Ends the instances and what is between them and the database. */
export async function endCluster({ instances, proxy }: Cluster): Promise<void> {
  proxy.mend();
  for (const instance of instances) {
    instance.thaw();
    await instance.stop();
  }
  await proxy.stop();
}

/** Answers when the 204 arrived, as performance.now() tells it. */
export async function revokeOn({ owner }: Cluster, { url }: ServerProcess, key: string): Promise<number> {
  const { key_id: id } = await owner.client.expect(200, 'POST', '/api/v1/verify', { key, cost: 0 });
  const answer = await fetch(`${url}/api/v1/keys/${String(id)}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${owner.client.token ?? ''}` },
  });
  const revokedAt = performance.now();
  if (answer.status !== 204) throw new Error(`DELETE answered ${answer.status}: ${await answer.text()}`);
  return revokedAt;
}

import { AnomalyWatchRow } from '../../../apps/api/src/anomaly/anomaly-watch.entity.js';
import { AnomalyWatch } from '../../../apps/api/src/anomaly/anomaly-watch.js';
import type { Answer, TestApp } from '../../support/test-app.js';

export const DAY_MS = 86_400_000;
export const HOME = { ip: '203.0.113.7', client: 'billing-worker/1.4' };
export const ELSEWHERE = { ip: '198.51.100.9', client: 'python-requests/2.31' };

/** Where a request comes from, and with what. */
export interface From {
  readonly ip: string;
  readonly client: string;
}

/** Believes this machine about the client, so that a test can come from anywhere. */
export const BEHIND_A_PROXY = { TRUST_PROXY: '127.0.0.1' };

export function use(app: TestApp, key: string, { ip, client }: From, method = 'GET'): Promise<Answer> {
  return app.call(method, '/api/v1/protected/test', {
    key,
    headers: { 'x-forwarded-for': ip, 'user-agent': client },
  });
}

/** Lets days pass, on each of which the key is used from home a few times. */
export async function live(app: TestApp, key: string, days: number): Promise<void> {
  for (let day = 0; day < days; day++) {
    for (let times = 0; times < 3; times++) {
      await use(app, key, HOME);
      app.clock.advance(3_600_000);
    }
    app.clock.advance(DAY_MS - 3 * 3_600_000);
  }
}

/** Has everything that was done until now stored and looked at. */
export async function look(app: TestApp): Promise<void> {
  await app.ingest();
  await app.nest.get(AnomalyWatch).catchUp();
}

/** What keys of other tests did is no measure for this one's. */
export async function forgetOthers(app: TestApp): Promise<void> {
  await look(app);
  await app.dataSource.manager.update(AnomalyWatchRow, { id: 1 }, { pool: null });
}

/** An anomaly as it is told over HTTP. */
export interface Told {
  readonly id: string;
  readonly api_key_id: string | null;
  readonly anomaly_type: string;
  readonly severity: string;
  readonly description: string;
  readonly evidence: { kind: string; facts: Record<string, unknown> }[];
  readonly resolved: boolean;
  readonly confirmed: boolean;
}

/** Newest first. */
export async function anomalies<Kind extends Told = Told>(app: TestApp, token: string, query = ''): Promise<Kind[]> {
  const { body } = await app.call<{ items: Kind[] }>('GET', `/api/v1/anomalies${query}`, { as: token });
  return body.items;
}

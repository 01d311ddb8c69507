import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../../support/api-client.js';
import { ServerProcess } from '../../support/server-process.js';

/** A server that is asked to end stores what it has first; the next one stores what a killed one has left. */
const ENDINGS = ['kill', 'kill', 'stop'] as const;
const ANSWERS_A_ROUND = 200;
const CLIENTS = 8;

let dataDir: string;
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'akm-e2e-'));
});
afterAll(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

/** Uses the key until the server is gone. The ids of the requests that were answered go to `answered`. */
async function use(url: string, key: string, answered: string[], enough: () => void): Promise<void> {
  try {
    for (;;) {
      const answer = await fetch(`${url}/api/v1/protected/test`, { headers: { 'x-api-key': key } });
      if (answer.status === 200) answered.push(answer.headers.get('x-request-id') ?? '');
      if (answered.length >= ANSWERS_A_ROUND) enough();
    }
  } catch {
    // The connection broke: this client has seen the server die.
  }
}

describe('a server killed under load', () => {
  it('has every use that was answered in the log, once, and counts exactly those', async () => {
    let server = await ServerProcess.start({ dataDir });
    const owner = await ApiClient.register(server.url, 'owner');
    const limits = { rate_limit_per_minute: 10_000, rate_limit_per_hour: 100_000, rate_limit_per_day: 1_000_000 };
    const key = await owner.expect(201, 'POST', '/api/v1/keys', { name: 'used', ...limits });
    const answered: string[] = [];
    for (const ending of ENDINGS) {
      const ids: string[] = [];
      let end: Promise<unknown> | undefined;
      const running = server;
      const clients = Array.from({ length: CLIENTS }, () =>
        use(running.url, String(key['api_key']), ids, () => {
          end ??= running[ending]();
        }),
      );
      await Promise.all(clients);
      await end;
      answered.push(...ids);
      server = await ServerProcess.start({ dataDir });
    }
    owner.url = server.url;
    const logged = (await owner.all<{ request_id: string }>('/api/v1/logs/my-keys?action=api_key_used', 500)).map(
      (entry) => entry.request_id,
    );
    const { usage_count: count } = await owner.expect(200, 'GET', `/api/v1/keys/${String(key['id'])}`);
    await server.stop();

    expect(answered.length).toBeGreaterThanOrEqual(ENDINGS.length * ANSWERS_A_ROUND);
    expect(new Set(logged).size).toBe(logged.length);
    expect(answered.filter((id) => !logged.includes(id))).toEqual([]);
    // A use may be recorded whose answer the kill cut off: at most one a client and ending.
    expect(logged.length - answered.length).toBeLessThanOrEqual(ENDINGS.length * CLIENTS);
    expect(count).toBe(logged.length);
    expect(readdirSync(join(dataDir, 'spool'))).toEqual([]);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '#domain';
import { ApiClient } from '../../support/api-client.js';
import { ServerProcess } from '../../support/server-process.js';
import { WebhookReceiver } from '../../support/webhook-receiver.js';

const ENV = { WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_TIMEOUT_SECONDS: '1' };
const KILLS = 2;
const KEYS = 12;

let dataDir: string;
let receiver: WebhookReceiver;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'akm-webhooks-'));
  receiver = await WebhookReceiver.start(new SystemClock());
});
afterAll(() => {
  receiver.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('kill -9 in the middle of deliveries', () => {
  it('keeps every event whose change was acknowledged, and the order of each key', async () => {
    let server = await ServerProcess.start({ dataDir, env: ENV });
    const client = await ApiClient.register(server.url, 'ada');
    const endpoint = { url: receiver.url, events: ['key.created', 'key.disabled', 'key.revoked'] };
    receiver.secret = String((await client.expect(201, 'POST', '/api/v1/webhooks', endpoint)).secret);
    const acknowledged = new Map<string, string[]>();
    for (let kill = 0; kill < KILLS; kill++) {
      // Some are being delivered, some are being written, some are lost on their way to the server.
      receiver.behaviours.push('hang', 503, 'reset');
      const lives = Array.from({ length: KEYS }, () => live(client, acknowledged));
      await Promise.race(lives);
      await server.kill();
      await Promise.all(lives);
      server = await ServerProcess.start({ dataDir, env: ENV });
      client.url = server.url;
    }
    while (!isTold(acknowledged)) await receiver.arrivals(receiver.headers.length + 1);
    await server.stop();
    expect(acknowledged.size).toBeGreaterThan(0);
    expect(receiver.forged).toEqual([]);
    for (const id of acknowledged.keys()) expect(told(id)).toEqual(LIFE.slice(0, told(id).length));
  }, 180_000);
});

const LIFE = ['key.created', 'key.disabled', 'key.revoked'];

/** Notes what of a key's life was acknowledged before the server died. */
async function live(client: ApiClient, acknowledged: Map<string, string[]>): Promise<void> {
  try {
    const id = String((await client.expect(201, 'POST', '/api/v1/keys', { name: 'short' })).id);
    acknowledged.set(id, ['key.created']);
    await client.expect(200, 'POST', `/api/v1/keys/${id}/disable`);
    acknowledged.set(id, ['key.created', 'key.disabled']);
    await client.expect(204, 'DELETE', `/api/v1/keys/${id}`);
    acknowledged.set(id, LIFE);
  } catch (error) {
    // fetch says so when the connection breaks.
    if (!String(error).startsWith('TypeError: fetch failed')) throw error;
  }
}

function isTold(acknowledged: ReadonlyMap<string, string[]>): boolean {
  return [...acknowledged].every(([id, types]) => types.every((type) => told(id).includes(type)));
}

/** What was told of a key and accepted, in order, repetitions left out. */
function told(id: string): string[] {
  const accepted = receiver.received.filter(({ data, answeredWith }) => data.api_key_id === id && answeredWith === 204);
  return [...new Set(accepted.map(({ type }) => type))];
}

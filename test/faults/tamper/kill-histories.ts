import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiClient } from '../../support/api-client.js';
import { commandedAdmin, printedAdmin } from '../../support/first-admin.js';
import { seededRandom } from '../../support/seeded-random.js';
import { type ServerOptions, ServerProcess } from '../../support/server-process.js';

export interface History {
  /** Whether the log was blamed although nobody had touched it. */
  readonly alarm: boolean;
  readonly line: string;
}

const LIMITS = { rate_limit_per_minute: 10_000, rate_limit_per_hour: 100_000, rate_limit_per_day: 1_000_000 };
const CLIENTS = 6;
const KILL_AFTER_MS_MAX = 900;

/** Kills a server under load, starts it anew and verifies its whole log, so often; the log goes on from kill to kill. */
export async function* killHistories(kills: number, seed: number, url: string | null): AsyncGenerator<History> {
  if (kills === 0) return;
  const random = seededRandom(seed);
  const dataDir = mkdtempSync(join(tmpdir(), 'akm-kills-'));
  const options: ServerOptions = { dataDir, env: environment(url) };
  let server = await ServerProcess.start(options);
  const admin = await signedIn(server, options, url);
  for (let kill = 1; kill <= kills; kill++) {
    const load = Array.from({ length: CLIENTS }, () => use(admin, server.url));
    await pause(random() * KILL_AFTER_MS_MAX);
    await server.kill();
    await Promise.all(load);
    // A start that is sealed never becomes ready, and throws.
    server = await ServerProcess.start(options);
    admin.url = server.url;
    const { valid, size, entries, faults } = await admin.expect(200, 'GET', '/api/v1/logs/verify');
    const found = valid === true ? 'nothing wrong' : `FALSE ALARM ${JSON.stringify((faults as unknown[])[0])}`;
    yield {
      alarm: valid !== true,
      line: `kill ${kill}/${kills}: ${String(entries)} of ${String(size)} read, ${found}`,
    };
  }
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

function environment(url: string | null): Record<string, string> {
  return {
    JWT_SECRET_KEY: randomBytes(48).toString('base64url'),
    MASTER_ENCRYPTION_KEY: randomBytes(48).toString('base64url'),
    ACCESS_TOKEN_EXPIRE_MINUTES: '1440',
    REGISTRATION: 'open',
    LOG_LEVEL: 'warn',
    ...(url !== null && { DATABASE_URL: url }),
  };
}

/** An administrator with a password of their own. */
async function signedIn(server: ServerProcess, options: ServerOptions, url: string | null): Promise<ApiClient> {
  const { email, password } = url === null ? await printedAdmin(server) : await commandedAdmin(options);
  const client = new ApiClient(server.url);
  const first = await client.expect(200, 'POST', '/api/v1/auth/login', { email, password });
  const chosen = 'Correct-Horse-Battery-9';
  const newcomer = new ApiClient(server.url, String(first['access_token']));
  await newcomer.expect(200, 'POST', '/api/v1/auth/change-password', {
    current_password: password,
    new_password: chosen,
  });
  const { access_token: token } = await client.expect(200, 'POST', '/api/v1/auth/login', { email, password: chosen });
  return new ApiClient(server.url, String(token));
}

/** Makes a key and uses it until the server is gone. */
async function use(admin: ApiClient, url: string): Promise<void> {
  try {
    const key = await admin.expect(201, 'POST', '/api/v1/keys', { name: 'used', ...LIMITS });
    for (;;) {
      const answer = await fetch(`${url}/api/v1/protected/test`, { headers: { 'x-api-key': String(key['api_key']) } });
      await answer.arrayBuffer();
    }
  } catch {
    // The connection broke: this client has seen the server die.
  }
}

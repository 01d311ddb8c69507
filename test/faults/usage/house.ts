import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiClient } from '../../support/api-client.js';
import { freePort } from '../../support/free-port.js';
import { type ServerOptions, ServerProcess } from '../../support/server-process.js';

const KEYS = 50;
const GENEROUS = { rate_limit_per_minute: 10_000, rate_limit_per_hour: 100_000, rate_limit_per_day: 1_000_000 };
const STORED_MS_MAX = 120_000;

/** Instances on one database that keep their addresses and their folders over kills. */
export class House {
  /** Those that were killed and are not back yet. */
  private readonly restarts = new Map<number, Promise<void>>();

  private constructor(
    private readonly options: readonly ServerOptions[],
    private servers: ServerProcess[],
  ) {}

  static async open(instances: number, databaseUrl: string | null): Promise<House> {
    const secrets = {
      JWT_SECRET_KEY: randomBytes(48).toString('base64url'),
      MASTER_ENCRYPTION_KEY: randomBytes(48).toString('base64url'),
    };
    const options: ServerOptions[] = [];
    for (let n = 0; n < instances; n++) {
      options.push({
        dataDir: mkdtempSync(join(tmpdir(), 'akm-usage-')),
        env: {
          ...secrets,
          PORT: String(await freePort()),
          ACCESS_TOKEN_EXPIRE_MINUTES: '1440',
          REGISTRATION: 'open',
          LOG_LEVEL: 'error',
          LOG_FORMAT: 'json',
          // So that each use has the name that its user gave it.
          TRUST_PROXY: '127.0.0.1',
          ...(databaseUrl !== null && { DATABASE_URL: databaseUrl }),
        },
      });
    }
    return new House(options, await Promise.all(options.map((each) => ServerProcess.start(each))));
  }

  get urls(): string[] {
    return this.servers.map(({ url }) => url);
  }

  /** The folder of the first instance: with the embedded database, that of the database. */
  get dataDir(): string {
    return this.options[0]?.dataDir ?? '';
  }

  /** What users use: mostly good keys, but also one with a low limit, a revoked one and some that never were. */
  async keys(): Promise<string[]> {
    const owner = await ApiClient.register(this.urls[0] ?? '', 'owner');
    const issue = (body: object) => owner.expect(201, 'POST', '/api/v1/keys', { name: 'used', ...body });
    const good = await Promise.all(Array.from({ length: KEYS }, () => issue(GENEROUS)));
    const limited = await issue({ rate_limit_per_minute: 10 });
    const revoked = await issue({});
    await owner.expect(204, 'DELETE', `/api/v1/keys/${String(revoked['id'])}`);
    return [...good, limited, revoked, { api_key: `akm_${'A'.repeat(43)}` }, { api_key: 'no key' }].map((key) =>
      String(key['api_key']),
    );
  }

  /** Ends one of the instances that run, as a power cut would, and begins to start it again; false when none runs. */
  async killOne(random: () => number): Promise<boolean> {
    const standing = this.servers.flatMap((server, at) => (this.restarts.has(at) ? [] : [{ server, at }]));
    const victim = standing[Math.floor(random() * standing.length)];
    if (victim === undefined) return false;
    const { server, at } = victim;
    await server.kill();
    const options = this.options[at];
    if (options) {
      const restart = ServerProcess.start(options).then((started) => {
        this.servers[at] = started;
        this.restarts.delete(at);
      });
      this.restarts.set(at, restart);
    }
    return true;
  }

  /** Stops every instance once it has stored what killed ones left, and answers what is in the spools all the same. */
  async close(): Promise<string[]> {
    await Promise.all(this.restarts.values());
    const deadline = performance.now() + STORED_MS_MAX;
    const spools = () => this.options.flatMap(({ dataDir }) => filesIn(join(dataDir, 'spool')));
    while (spools().length > this.servers.length && performance.now() < deadline) await pause(100);
    await Promise.all(this.servers.map((server) => server.stop()));
    return spools();
  }

  /** Errors that the servers wrote, for when something is wrong. */
  get output(): string {
    return this.servers.map(({ output }) => output).join('');
  }

  remove(): void {
    for (const { dataDir } of this.options) rmSync(dataDir, { recursive: true, force: true });
  }
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBuiltDatabase } from '../support/built-database.js';
import { commandedAdmin, type Newcomer, printedAdmin } from '../support/first-admin.js';
import { type ServerOptions, ServerProcess } from '../support/server-process.js';

/** Of parallel sign-ins all but one count as failures, and none of them is to lock the account. */
const MAX_LOGIN_ATTEMPTS = '100';
/** On a server, to share the load; the embedded database has one process. */
const INSTANCES_ON_SERVER = 2;

/** Instances of the built server on one database, and the administrator who was made first on it. */
export class Instances {
  /** Those that have been stopped for an edit, too. */
  private readonly started: ServerProcess[];

  private constructor(
    private readonly databaseUrl: string | null,
    private servers: readonly ServerProcess[],
    private readonly options: readonly ServerOptions[],
    readonly firstAdmin: Newcomer,
  ) {
    this.started = [...servers];
  }

  static async start(databaseUrl: string | null): Promise<Instances> {
    const secrets = {
      JWT_SECRET_KEY: randomBytes(48).toString('base64url'),
      MASTER_ENCRYPTION_KEY: randomBytes(48).toString('base64url'),
    };
    const options = Array.from({ length: databaseUrl === null ? 1 : INSTANCES_ON_SERVER }, () => ({
      dataDir: mkdtempSync(join(tmpdir(), 'akm-races-')),
      env: {
        ...secrets,
        ACCESS_TOKEN_EXPIRE_MINUTES: '1440',
        MAX_LOGIN_ATTEMPTS,
        REGISTRATION: 'open',
        WEBHOOK_ALLOW_PRIVATE: 'true',
        LOG_LEVEL: 'warn',
        LOG_FORMAT: 'json',
        ...(databaseUrl !== null && { DATABASE_URL: databaseUrl }),
      },
    }));
    const servers: ServerProcess[] = [];
    for (const one of options) servers.push(await ServerProcess.start(one));
    const [first] = servers;
    const [settings] = options;
    if (!first || !settings) throw new Error('No instance was started');
    return new Instances(
      databaseUrl,
      servers,
      options,
      databaseUrl === null ? await printedAdmin(first) : await commandedAdmin(settings),
    );
  }

  get urls(): string[] {
    return this.servers.map(({ url }) => url);
  }

  /** One more administrator whom nobody has seen sign in. @throws Error on the embedded database, which is in use. */
  async anotherAdmin(): Promise<Newcomer> {
    const [settings] = this.options;
    if (!settings) throw new Error('No instance was started');
    return commandedAdmin(settings);
  }

  /** Changes rows as only time does. The embedded database has one user at a time: the server is stopped meanwhile. */
  async edit(sql: string): Promise<void> {
    const [server] = this.servers;
    const [settings] = this.options;
    if (!server || !settings) throw new Error('No instance was started');
    if (this.databaseUrl === null) await server.stop();
    const database = await openBuiltDatabase(this.databaseUrl, settings.dataDir);
    try {
      await database.query(sql);
    } finally {
      await database.destroy();
    }
    if (this.databaseUrl !== null) return;
    const env = { ...settings.env, PORT: new URL(server.url).port };
    this.servers = [await ServerProcess.start({ ...settings, env })];
    this.started.push(...this.servers);
  }

  /** Lines that the instances wrote at level error or above: a race is no reason for one. */
  get errors(): string[] {
    const lines = this.started.flatMap(({ output }) => output.split('\n'));
    return lines.filter((line) => /"level":[56]0/.test(line));
  }

  async stop(): Promise<void> {
    for (const server of this.servers) await server.stop();
    for (const { dataDir } of this.options) rmSync(dataDir, { recursive: true });
  }
}

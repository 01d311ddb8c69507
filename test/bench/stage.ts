import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../support/free-port.js';
import { PostgresProcess } from '../support/postgres-process.js';
import { hasRedis, RedisProcess } from '../support/redis-process.js';
import { ServerProcess } from '../support/server-process.js';
import { HUGE_PAGES, NODE_FLAGS } from './as-started.js';
import { type Cores, cpuSeconds, divideCores, hasBackgroundThread, leaveCoreToEventLoop } from './machine.js';
import type { Options } from './options.js';
import type { Report } from './report.js';

/** A server that is measured. */
export interface Target {
  readonly url: string;
  readonly pid: number;
}

export interface Redis {
  readonly url: string;
  /** Null for one that was given: it is not ours to kill. */
  readonly process: RedisProcess | null;
}

export interface ServerWish {
  /** Absent: the embedded database. */
  readonly databaseUrl?: string | null;
  readonly redisUrl?: string | null;
  /** The one that is measured, on the core set aside for it. Several beside each other share all cores. */
  readonly isAlone: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** Everything that runs for the measurements. Starts what is asked for, once, and ends all of it at the end. */
export class Stage {
  readonly cores: Cores = divideCores();
  private readonly closing: (() => unknown)[] = [];
  private readonly folders: string[] = [];
  /** Processes on the core of the server that is measured. */
  private readonly measured: Pick<Target, 'pid'>[] = [];
  private postgres: PostgresProcess | null | undefined;
  private shared: Redis | null | undefined;
  private readonly secrets = { JWT_SECRET_KEY: secret(), MASTER_ENCRYPTION_KEY: secret() };

  constructor(
    readonly options: Options,
    readonly report: Report,
  ) {}

  /** An empty database of this name on a server; null where there is no server. */
  async database(name: string): Promise<string | null> {
    if (this.postgres === undefined) this.postgres = await this.startPostgres();
    return (await this.postgres?.createDatabase(`akm_bench_${name}`)) ?? null;
  }

  /** Null where there is none. */
  async redis(): Promise<Redis | null> {
    if (this.shared === undefined) this.shared = await this.startRedis();
    return this.shared;
  }

  /** A new server of akm. Instances on one database have the same secrets. */
  async server({ databaseUrl, redisUrl, isAlone, env }: ServerWish): Promise<ServerProcess> {
    const dataDir = mkdtempSync(join(tmpdir(), 'akm-bench-'));
    this.folders.push(dataDir);
    const server = await ServerProcess.start({
      dataDir,
      cores: isAlone ? this.cores.server : this.cores.all,
      env: {
        ...HUGE_PAGES,
        ...this.secrets,
        ACCESS_TOKEN_EXPIRE_MINUTES: '1440',
        REGISTRATION: 'open',
        LOG_LEVEL: 'warn',
        LOG_FORMAT: 'json',
        ...(databaseUrl && { DATABASE_URL: databaseUrl }),
        ...(redisUrl && { REDIS_URL: redisUrl }),
        ...env,
        NODE_OPTIONS: `${NODE_FLAGS} ${env?.['NODE_OPTIONS'] ?? ''}`,
      },
    });
    this.closing.push(() => server.stop());
    if (isAlone) this.measured.push(server);
    if (isAlone && databaseUrl) await this.startBackgroundThread(server);
    return server;
  }

  private async startBackgroundThread(server: ServerProcess): Promise<void> {
    if (this.cores.server === null) return;
    // When uses are looked at for the first time, three seconds after the server.
    for (let tries = 0; tries < 40 && !hasBackgroundThread(server.pid); tries++) await pause(SETTLE_MS);
    this.spreadThreads(server);
  }

  /** As Linux would, which is told here that the core of the event loop is the one of others as well. */
  private spreadThreads({ pid }: Pick<Target, 'pid'>): void {
    const { server, others } = this.cores;
    if (server !== null && others !== null && !this.options.oneCore) leaveCoreToEventLoop(pid, others);
  }

  /** One of the servers that everything is compared with, on the core of the server that is measured. */
  async hello(kind: 'http' | 'fastify'): Promise<Target> {
    const program = join(import.meta.dirname, 'hello.js');
    const { server } = this.cores;
    const command = [...(server ? ['taskset', '--cpu-list', server] : []), process.execPath, program, kind];
    const env = { ...process.env, ...HUGE_PAGES, NODE_OPTIONS: NODE_FLAGS };
    const child = spawn(command[0] ?? '', command.slice(1), { env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.endWithUs(child);
    this.measured.push({ pid: child.pid ?? 0 });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return { url: `http://127.0.0.1:${line.toString().trim()}`, pid: child.pid ?? 0 };
  }

  /** A child of this process, ended with it. */
  endWithUs(child: ChildProcess): void {
    this.closing.push(() => child.kill('SIGKILL'));
    process.once('exit', () => child.kill('SIGKILL'));
  }

  /** `settled`, of all who share the core of the server that is measured, whichever of them is measured next. */
  async settled(): Promise<void> {
    for (const server of this.measured) this.spreadThreads(server);
    await settled(...this.measured);
  }

  /** Ends what was started, the newest first. */
  async close(): Promise<void> {
    for (const close of this.closing.splice(0).reverse()) await close();
    for (const folder of this.folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  }

  private async startPostgres(): Promise<PostgresProcess | null> {
    const { databaseUrl } = this.options;
    if (databaseUrl === null && !PostgresProcess.isInstalled) {
      this.report.skip('PostgreSQL', 'not installed, and no --database-url; parts that need it are left out');
      return null;
    }
    try {
      const postgres = databaseUrl ? PostgresProcess.at(databaseUrl) : PostgresProcess.start(await freePort());
      this.closing.push(() => postgres.stop());
      return postgres;
    } catch (error) {
      this.report.skip('PostgreSQL', error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  private async startRedis(): Promise<Redis | null> {
    const { redisUrl } = this.options;
    if (redisUrl !== null) return { url: redisUrl, process: null };
    if (!hasRedis) {
      this.report.skip('Redis', 'not installed, and no --redis-url; parts that need it are left out');
      return null;
    }
    const redis = await RedisProcess.start();
    this.closing.push(() => redis.stop());
    return { url: redis.url, process: redis };
  }
}

/** Waits until servers have done what earlier requests left them to do: it would be charged to the next run. */
export async function settled(...servers: readonly Pick<Target, 'pid'>[]): Promise<void> {
  const deadline = performance.now() + SETTLE_MS_MAX;
  const busySeconds = () => servers.reduce((sum, { pid }) => sum + (cpuSeconds(pid) ?? 0), 0);
  for (let quiet = 0; quiet < 2 && performance.now() < deadline;) {
    const before = busySeconds();
    await pause(SETTLE_MS);
    quiet = busySeconds() - before > (IDLE_SHARE * SETTLE_MS) / 1000 ? 0 : quiet + 1;
  }
}

const SETTLE_MS = 250;
const SETTLE_MS_MAX = 20_000;
const IDLE_SHARE = 0.1;

function secret(): string {
  return randomBytes(48).toString('base64url');
}

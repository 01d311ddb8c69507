import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import './end-on-signal.js';
import { freePort } from './free-port.js';

/** Whether this machine has a Redis to start. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** A Redis of the test's own, that can be frozen and killed. */
export class RedisProcess {
  private readonly directory = mkdtempSync(join(tmpdir(), 'akm-redis-'));
  private child: ChildProcess | null = null;

  private constructor(
    readonly port: number,
    private readonly password: string | undefined,
  ) {}

  static async start(password?: string): Promise<RedisProcess> {
    const redis = new RedisProcess(await freePort(), password);
    await redis.revive();
    return redis;
  }

  get url(): string {
    return `redis://${this.password ? `:${this.password}@` : ''}127.0.0.1:${this.port}`;
  }

  /** Starts it, empty, on the same port; resolves when it answers. */
  async revive(): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--dir', this.directory];
    if (this.password) options.push('--requirepass', this.password);
    const child = spawn('redis-server', options, { stdio: 'ignore' });
    this.child = child;
    process.once('exit', () => child.kill('SIGKILL'));
    const client = new Redis(this.url, { lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => undefined);
    while (!(await answers(client))) await pause(20);
    client.disconnect();
  }

  async kill(): Promise<void> {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

async function answers(client: Redis): Promise<boolean> {
  try {
    if (client.status !== 'ready') await client.connect();
    await client.ping();
    return true;
  } catch {
    return false;
  }
}

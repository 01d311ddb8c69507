import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import './end-on-signal.js';

/** A PostgreSQL server with databases for tools that need more than one: its own, or one that was given to it. */
export class PostgresProcess {
  private constructor(
    /** Of its maintenance database. */
    readonly url: string,
    private readonly directory: string | null,
    private readonly made: string[] = [],
  ) {}

  /** Whether this machine has a PostgreSQL to start. */
  static get isInstalled(): boolean {
    return binaries() !== null;
  }

  /** Starts one with an empty data folder on `port` of 127.0.0.1. As root, in the name of `postgres`. */
  static start(port: number): PostgresProcess {
    const directory = mkdtempSync(join(tmpdir(), 'akm-postgres-'));
    chmodSync(directory, 0o755);
    if (process.getuid?.() === 0) run('chown', 'postgres', directory);
    const data = join(directory, 'data');
    server('initdb', '--pgdata', data, '--username=akm', '--auth=trust', '--encoding=UTF8', '--locale=C');
    const postgres = new PostgresProcess(`postgres://akm@127.0.0.1:${port}/postgres`, directory);
    // It is a daemon: nothing else ends it when this process does not get so far as to stop it.
    process.once('exit', () => {
      postgres.end();
    });
    postgres.resume();
    return postgres;
  }

  /** Uses a server that runs already; only the databases made on it are removed at the end. */
  static at(url: string): PostgresProcess {
    return new PostgresProcess(url, null);
  }

  /** An empty database of this name; answers its URL. */
  async createDatabase(name: string): Promise<string> {
    await this.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await this.query(`CREATE DATABASE ${name}`);
    this.made.push(name);
    const url = new URL(this.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  /** Ends the server as its operator would, whoever is connected, and leaves its data. */
  halt(): void {
    server('pg_ctl', '--pgdata', this.data, '--mode=fast', '--wait', 'stop');
  }

  /** Starts it again after `halt`. */
  resume(): void {
    const { port } = new URL(this.url);
    const options = `-c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories='' -c max_connections=300`;
    server('pg_ctl', '--pgdata', this.data, '--log', `${this.data}.log`, '--wait', '--options', options, 'start');
  }

  async stop(): Promise<void> {
    if (this.directory === null) {
      for (const name of this.made) await this.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      return;
    }
    this.end();
  }

  /** @throws Error for a server that was given: it is not ours to stop. */
  private get data(): string {
    if (this.directory === null) throw new Error('This PostgreSQL was not started here');
    return join(this.directory, 'data');
  }

  private end(): void {
    if (this.directory === null || !existsSync(this.directory)) return;
    server('pg_ctl', '--pgdata', this.data, '--mode=immediate', '--wait', 'stop');
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async query(sql: string): Promise<void> {
    const client = new pg.Client(this.url);
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }
}

const DEBIAN = '/usr/lib/postgresql';

/** The newest one installed, where Debian puts them. */
function binaries(): string | null {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = versions.map((version) => join(DEBIAN, version, 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null;
}

function server(program: string, ...args: string[]): void {
  const path = join(binaries() ?? '', program);
  if (process.getuid?.() === 0) run('runuser', '--user', 'postgres', '--', path, ...args);
  else run(path, ...args);
}

/** @throws Error with its own words when it fails. */
function run(program: string, ...args: string[]): void {
  // The server keeps what it inherits open: its output must not be a pipe that somebody waits for.
  const { status, stderr, error } = spawnSync(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    cwd: tmpdir(),
  });
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? stderr}`);
}

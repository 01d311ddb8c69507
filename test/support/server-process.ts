import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import './end-on-signal.js';
import { freePort } from './free-port.js';

/** What the server is started with. Nothing else of this process's environment reaches it but PATH and HOME. */
export interface ServerOptions {
  /** The server's DATA_DIR and its working directory, so that no .env of a developer is read. */
  dataDir: string;
  env?: Readonly<Record<string, string>>;
  /** The cores it may run on, as `taskset --cpu-list` takes them; any when absent. */
  cores?: string | null;
}

const READY_MS_MAX = 60_000;

/** Killed with this process, however it ends: a server left behind would keep its folder locked. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** The built server as its users run it: a process of its own, a real port, killed and stopped like any other. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    /** From spawn to the first 200 of /readyz. */
    readonly startMs: number,
    private readonly lines: string[],
  ) {}

  /**
   * Starts the server on 127.0.0.1, on a free port unless PORT says which, and waits until it is ready.
   * @param isUp asked until it says yes, when something else than readiness is waited for.
   * @throws Error with the server's own words when it ends first or is not ready after a minute.
   */
  static async start({ dataDir, env = {}, cores }: ServerOptions, isUp = isReady): Promise<ServerProcess> {
    const port = env['PORT'] ?? String(await freePort());
    const started = performance.now();
    // Writers, load generators and measurements all come from one address.
    const settings = { PORT: port, SIGN_IN_LIMIT_PER_MINUTE: '100000', ...env };
    const { child, lines } = launch('api', [], { dataDir, env: settings, cores });
    const url = `http://127.0.0.1:${port}`;
    while (!(await isUp(url))) {
      if (child.exitCode !== null || child.signalCode !== null || performance.now() - started > READY_MS_MAX) {
        child.kill('SIGKILL');
        throw new Error(`The server did not become ready:\n${lines.join('')}`);
      }
      await pause(20);
    }
    return new ServerProcess(child, url, performance.now() - started, lines);
  }

  /** For what the operating system knows of the process. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Everything the server has written so far, to either stream. */
  get output(): string {
    return this.lines.join('');
  }

  /** Resolves once the server has written what matches: it is ready before it greets, for instance. */
  async said(pattern: RegExp): Promise<RegExpExecArray> {
    const asked = performance.now();
    for (;;) {
      const match = pattern.exec(this.output);
      if (match) return match;
      if (!running.has(this.child) || performance.now() - asked > READY_MS_MAX)
        throw new Error(`The server did not say ${pattern}:\n${this.output}`);
      await pause(20);
    }
  }

  /** Ends the process as a power cut would end it: no handler runs, nothing is flushed. */
  kill(): Promise<number | null> {
    return this.end('SIGKILL');
  }

  /** Asks the process to end, and waits until it has. Returns its exit code; null when the signal ended it. */
  stop(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<number | null> {
    return this.end(signal);
  }

  /** Stops the process where it stands, as a suspended virtual machine would; nothing it holds is let go of. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill(signal);
      await exited;
    }
    return this.child.exitCode;
  }
}

/** What a program that ended by itself left behind. */
export interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
}

/** Runs a built program, the server or the command line, that is expected to end by itself. */
export async function runToEnd(
  program: 'api' | 'cli',
  args: readonly string[],
  options: ServerOptions,
): Promise<Ended> {
  const { child, lines } = launch(program, args, options);
  // Not `exit`: its last words may still be under way then.
  await once(child, 'close');
  return { exitCode: child.exitCode, output: lines.join('') };
}

function launch(program: 'api' | 'cli', args: readonly string[], { dataDir, env = {}, cores }: ServerOptions) {
  const main = join(repositoryRoot(), `dist/apps/${program}/src/main.js`);
  if (!existsSync(main)) throw new Error('There is no build: npm run build makes one.');
  const command = [...(cores ? ['taskset', '--cpu-list', cores] : []), process.execPath, main, ...args];
  const child = spawn(command[0] ?? '', command.slice(1), {
    cwd: dataDir,
    env: { PATH: process.env['PATH'], HOME: dataDir, HOST: '127.0.0.1', PORT: '0', DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const lines: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  return { child, lines };
}

/** The folder of package.json, wherever this file was compiled to. */
export function repositoryRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package-lock.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error(`No folder above ${import.meta.dirname} has a package-lock.json`);
    folder = above;
  }
  return folder;
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`);
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

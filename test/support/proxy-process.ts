import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import './end-on-signal.js';
import { freePort } from './free-port.js';
import { repositoryRoot } from './server-process.js';

export type ProxyName = 'nginx' | 'caddy';

/** Whether this machine has the proxy. */
export function hasProxy(name: ProxyName): boolean {
  return spawnSync(name, [name === 'nginx' ? '-v' : 'version']).status === 0;
}

const READY_MS_MAX = 10_000;

/** A real proxy, configured exactly as docs/gateways.md says, but for the addresses. */
export class ProxyProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly url: string,
  ) {}

  static async start(name: ProxyName, akmUrl: string, serviceUrl: string): Promise<ProxyProcess> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), `akm-${name}-`));
    const text = documented(name)
      .replaceAll('127.0.0.1:8000', new URL(akmUrl).host)
      .replaceAll('127.0.0.1:3000', new URL(serviceUrl).host)
      .replaceAll('8080', String(port));
    const child = COMMANDS[name](folder, text);
    const proxy = new ProxyProcess(child, folder, `http://127.0.0.1:${port}`);
    const output: Buffer[] = [];
    child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
    const started = performance.now();
    while (!(await listens(port))) {
      if (child.exitCode !== null || performance.now() - started > READY_MS_MAX) {
        await proxy.stop();
        throw new Error(`${name} did not start:\n${Buffer.concat(output).toString()}`);
      }
      await pause(20);
    }
    return proxy;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await exited;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const COMMANDS: Readonly<Record<ProxyName, (folder: string, text: string) => ChildProcess>> = {
  nginx(folder, text) {
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${kind};`);
    const whole = `
      daemon off; master_process off; pid nginx.pid; error_log stderr;
      events {}
      http { access_log off; ${temporary.join(' ')} ${text} }`;
    writeFileSync(join(folder, 'nginx.conf'), whole);
    return launch('nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'], folder);
  },
  caddy(folder, text) {
    writeFileSync(join(folder, 'Caddyfile'), `{\n\tadmin off\n\tauto_https off\n}\n${text}`);
    return launch('caddy', ['run', '--config', 'Caddyfile', '--adapter', 'caddyfile'], folder);
  },
};

function launch(command: string, args: readonly string[], folder: string): ChildProcess {
  const child = spawn(command, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return child;
}

/** The block of the page that configures the proxy. */
function documented(name: ProxyName): string {
  const page = readFileSync(join(repositoryRoot(), 'docs/gateways.md'), 'utf8');
  const language = name === 'nginx' ? 'nginx' : 'caddyfile';
  const block = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1];
  if (block === undefined) throw new Error(`docs/gateways.md has no block for ${name}`);
  return block;
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

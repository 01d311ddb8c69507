import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { type Ended, runToEnd, ServerProcess } from '../../support/server-process.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const SECRETS = {
  JWT_SECRET_KEY: 'fJ3kq9Zs0vYw8LrT2nXe5uHb7mCd1aGp',
  MASTER_ENCRYPTION_KEY: 'Qz7Wx1Ec9Rv3Tb5Yn8Um2Ik4Ol6Pa0Sd',
};
const CHANGE_PASSWORD = 'POST /api/v1/auth/change-password';
const FIELDS = 'SFATAL\0C28P01\0Mpassword authentication failed for user "ada"\0\0';
const REFUSAL = Buffer.from(`E\0\0\0${String.fromCharCode(FIELDS.length + 4)}${FIELDS}`, 'latin1');
const STACK = /^\s+at /m;

const root = temporaryFolder();

const begin = (env: Record<string, string> = {}) => runToEnd('api', [], { dataDir: root(), env });

function expectRefusal({ exitCode, output }: Ended, code: number, said: RegExp): void {
  expect(output).toMatch(said);
  expect(output.match(new RegExp(said, 'g'))).toHaveLength(1);
  expect(output).not.toMatch(STACK);
  expect(output).not.toContain('"level":50');
  expect(exitCode).toBe(code);
}

describe('a start that cannot be', () => {
  it('lists every variable that is wrong, with no value, and ends with 78', async () => {
    const ended = await begin({
      PORT: 'hunter2',
      TRUST_PROXY: 'hunter2',
      CORS_ORIGINS: 'hunter2',
      DATABASE_URL: 'mysql://hunter2@db/x',
    });
    expectRefusal(ended, 78, /Invalid configuration/);
    for (const name of ['PORT', 'TRUST_PROXY', 'CORS_ORIGINS', 'DATABASE_URL']) expect(ended.output).toContain(name);
    expect(ended.output).not.toContain('hunter2');
  });

  it.each([
    ['a file', 'file'],
    ['below a file', 'file/data'],
  ])('names DATA_DIR when it is %s, and ends with 78', async (_, path) => {
    writeFileSync(join(root(), 'file'), '');
    expectRefusal(await begin({ DATA_DIR: join(root(), path) }), 78, /DATA_DIR: cannot be used, it is not a folder/);
  });

  it('names DATA_DIR also when only what it holds is wrong', async () => {
    writeFileSync(join(root(), 'spool'), '');
    expectRefusal(await begin(), 78, /DATA_DIR: cannot be used, it is not a folder/);
  });

  it('names HOST and PORT when another program listens there, and keeps the first password for the next start', async () => {
    const { taken, port } = await listening();
    try {
      const ended = await begin({ PORT: port });
      expectRefusal(ended, 1, /HOST and PORT: another program listens there/);
      expect(ended.output).not.toContain('One-time password');
    } finally {
      taken.close();
    }
    const server = await ServerProcess.start({ dataDir: root() });
    const [greeting] = await server.said(/One-time password +\S+[^]*\)\n/);
    expect(greeting).toContain(CHANGE_PASSWORD);
    await server.stop();
  });

  it('names DATABASE_URL, and nothing of what is in it, when no server lets it in', async () => {
    const { taken, port } = await listening();
    try {
      const ended = await begin({ ...SECRETS, DATABASE_URL: `postgres://ada:hunter2@127.0.0.1:${port}/hunter3` });
      expectRefusal(ended, 1, /DATABASE_URL: the server cannot be used/);
      expect(ended.output).not.toMatch(/hunter|ada/);
    } finally {
      taken.close();
    }
  });
});

describe('a server that runs', () => {
  it('keeps a second one from its DATA_DIR, and ends with 0 when asked to', async () => {
    const server = await ServerProcess.start({ dataDir: root() });
    await server.said(/One-time password/);
    expectRefusal(await begin(), 1, /DATA_DIR is in use by process \d+/);
    expect(await server.stop('SIGTERM')).toBe(0);
    expect(server.output.match(/Stopping/g)).toHaveLength(1);
    const again = await ServerProcess.start({ dataDir: root() });
    expect(again.output).not.toContain('One-time password');
    expect(await again.stop('SIGINT')).toBe(0);
  });

  it('prints no password in production, and says how to get an account', async () => {
    const server = await ServerProcess.start({ dataDir: root(), env: { NODE_ENV: 'production', ...SECRETS } });
    await server.said(/Nobody has an account yet\..*admin create/);
    await server.stop();
    expect(server.output).not.toContain('One-time password');
    const made = await runToEnd('cli', ['admin', 'create', '--email', 'ada@example.com', '--username', 'ada'], {
      dataDir: root(),
      env: { NODE_ENV: 'production', ...SECRETS },
    });
    expect(made).toEqual({
      exitCode: 0,
      output: expect.stringContaining('ada@example.com is an administrator') as string,
    });
  });
});

describe('the command line', () => {
  it('begins no database of its own', async () => {
    const dataDir = join(root(), 'new');
    mkdirSync(dataDir);
    const refused = await runToEnd('cli', ['admin', 'create', '--email', 'ada@example.com', '--username', 'ada'], {
      dataDir,
    });
    expectRefusal(refused, 1, /There is no database in DATA_DIR yet/);
    expect(existsSync(dataDir) && readdirSync(dataDir)).toEqual([]);
  });
});

/** A server that refuses whoever asks for anything, as PostgreSQL refuses a password: quoting the user. */
async function listening(): Promise<{ taken: Server; port: string }> {
  const taken = createServer((socket) => socket.once('data', () => socket.end(REFUSAL)));
  await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
  return { taken, port: String((taken.address() as AddressInfo).port) };
}

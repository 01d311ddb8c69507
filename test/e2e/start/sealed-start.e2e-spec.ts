import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../../support/api-client.js';
import { runToEnd, ServerProcess } from '../../support/server-process.js';

let dataDir: string;
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'akm-e2e-'));
});
afterAll(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

async function isSealed(url: string): Promise<boolean> {
  return (await fetch(`${url}/readyz`).catch(() => null))?.status === 503;
}

/** Serves, makes a key, and ends as an operator would: everything is sealed and signed then. Answers what it said. */
async function live(username: string, folder = dataDir): Promise<string> {
  const server = await ServerProcess.start({ dataDir: folder });
  const person = await ApiClient.register(server.url, username);
  await person.expect(201, 'POST', '/api/v1/keys', { name: username });
  await server.stop();
  return server.output;
}

describe('a server whose database was put back to an older state', () => {
  it('answers nobody until an operator has said how to go on, and says so in the log', async () => {
    await live('ada');
    const backup = join(dataDir, 'backup');
    cpSync(join(dataDir, 'pgdata'), backup, { recursive: true });
    await live('bob');
    rmSync(join(dataDir, 'pgdata'), { recursive: true });
    cpSync(backup, join(dataDir, 'pgdata'), { recursive: true });

    const sealed = await ServerProcess.start({ dataDir }, isSealed);
    const client = new ApiClient(sealed.url);
    expect(await client.call('GET', '/readyz')).toMatchObject({
      body: { details: { log: { standing: 'rolled_back' } } },
    });
    expect(await client.call('GET', '/healthz')).toMatchObject({ status: 200 });
    for (const path of ['/api/v1/keys', '/api/v1/verify', '/api/v1/auth/me', '/docs'])
      expect(await client.call('GET', path)).toMatchObject({ status: 503, body: { code: 'SEALED' } });

    const refused = await runToEnd('cli', ['recover'], { dataDir });
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.output).toContain('Nothing was changed');
    const accepted = await runToEnd('cli', ['recover', '--accept'], { dataDir });
    expect(accepted).toMatchObject({ exitCode: 0 });
    const verified = await runToEnd('cli', ['audit', 'verify', '--json'], { dataDir });
    expect(verified.output).toContain('"faults":[]');
    expect(verified.exitCode).toBe(0);
    expect(await sealed.stop()).toBe(0);
    await live('cyd');
  });
});

describe('a server whose database is a new one', () => {
  it('begins anew beside the checkpoints of the former, and says where they are', async () => {
    const former = mkdtempSync(join(tmpdir(), 'akm-e2e-'));
    try {
      await live('ada', former);
      rmSync(join(former, 'pgdata'), { recursive: true });
      const output = await live('bob', former);
      const aside = readdirSync(former).filter((name) => name.startsWith('checkpoints-'));
      expect(aside).toHaveLength(1);
      expect(output).toContain(aside[0]);
      expect(await runToEnd('cli', ['audit', 'verify', '--json'], { dataDir: former })).toMatchObject({ exitCode: 0 });
    } finally {
      rmSync(former, { recursive: true, force: true });
    }
  });
});

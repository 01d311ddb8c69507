import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot, ServerProcess } from '../../support/server-process.js';
import { asShown, transcript } from './transcript.js';

const README = readFileSync(join(repositoryRoot(), 'README.md'), 'utf8');
const exchanges = transcript(README, 'Your first key in two minutes');
const hasCurl = spawnSync('bash', ['-c', 'command -v curl']).status === 0;
const END_OF_BLOCK = '--- end of block ---';

describe('the README', () => {
  it('has the way from registration to the audit log', () => {
    const commands = exchanges.map((exchange) => exchange.commands).join('');
    for (const step of [
      'auth/register',
      'auth/login',
      '/keys',
      '/protected/test',
      '/verify',
      '/rotate',
      'DELETE',
      '/logs',
    ])
      expect(commands).toContain(step);
  });

  it('would notice another answer than the one it shows', () => {
    expect('{"valid":false,"code":"REVOKED"}').not.toMatch(asShown('{"valid":true,…}\n'));
    expect('200\n401').not.toMatch(asShown('200\n200\n'));
  });
});

(hasCurl ? describe : describe.skip)(`the README's quick start${hasCurl ? '' : ' (needs bash and curl)'}`, () => {
  let dataDir: string;
  let server: ServerProcess;
  let answers: string[];

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'akm-readme-'));
    server = await ServerProcess.start({ dataDir });
    answers = run(server.url);
  }, 60_000);

  afterAll(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true });
  });

  it.each(exchanges.map((exchange, at) => ({ ...exchange, at })))('$title', ({ at, answer }) => {
    expect(answers[at]).toMatch(asShown(answer ?? ''));
  });

  it('starts in one command', async () => {
    await server.stop();
    server = await ServerProcess.start({ dataDir });
    process.stderr.write(`Start to ready, warm: ${Math.round(server.startMs)} ms\n`);
    expect(await (await fetch(`${server.url}/health`)).json()).toMatchObject({ service: 'akm' });
  }, 60_000);
});

/** Runs every block in one shell, as a reader with one terminal would, and returns what each printed. */
function run(url: string): string[] {
  const script = exchanges.map(({ commands }) => `${commands}\necho '\n${END_OF_BLOCK}'\n`).join('');
  const { stdout } = spawnSync('bash', ['-c', script.replaceAll('http://localhost:8000', url)], { encoding: 'utf8' });
  return stdout.split(END_OF_BLOCK).map((text) => text.trim());
}

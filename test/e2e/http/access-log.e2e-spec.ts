import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '../../support/e2e-timeout.js';
import { ServerProcess } from '../../support/server-process.js';

describe('the access log', () => {
  let dataDir: string;
  let server: ServerProcess;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'akm-access-log-'));
    const env = { ACCESS_LOG: 'true', LOG_FORMAT: 'json', LOG_ADDRESSES: 'truncated', TRUST_PROXY: '127.0.0.0/8' };
    server = await ServerProcess.start({ dataDir, env });
  });
  afterAll(async () => {
    await server.kill();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const KEY = `akm_${'x'.repeat(43)}`;

  /** The line about a request with this id. */
  async function lineOf(path: string, headers: Record<string, string> = {}): Promise<Record<string, unknown>> {
    const id = `test-${path.length}`;
    await fetch(server.url + path, { headers: { 'x-request-id': id, 'user-agent': 'probe/1', ...headers } });
    const [line] = await server.said(new RegExp(`^.*"request_id":"${id}".*$`, 'm'));
    return JSON.parse(line) as Record<string, unknown>;
  }

  it('has one line of JSON for a request, whatever became of it', async () => {
    expect(await lineOf('/api/v1/keys?page=2', { 'x-forwarded-for': '203.0.113.7' })).toMatchObject({
      context: 'Request',
      method: 'GET',
      path: '/api/v1/keys',
      status: 401,
      duration_ms: expect.any(Number) as number,
      ip: '203.0.113.0/24',
      user_agent: 'probe/1',
    });
    expect(await lineOf('/nowhere-at-all')).toMatchObject({ path: '/nowhere-at-all', status: 404 });
  });

  it('has no query, no credentials and no key in it', async () => {
    await lineOf(`/lost/${KEY}`, {
      authorization: `Bearer ${KEY}`,
      cookie: 'session=abc',
      'user-agent': `curl ${KEY}`,
    });
    await lineOf(`/also/lost?api_key=${KEY}`);
    expect(server.output).not.toContain(KEY);
    expect(server.output).not.toContain('session=abc');
  });

  it('says nothing of uses of keys, which the audit log has', async () => {
    await fetch(`${server.url}/api/v1/verify`, { headers: { 'x-request-id': 'a-use', 'x-api-key': KEY } });
    await lineOf('/healthz');
    expect(server.output).not.toContain('a-use');
  });
});

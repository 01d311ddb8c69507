import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../../support/api-client.js';
import { hasProxy, type ProxyName, ProxyProcess } from '../../support/proxy-process.js';
import { ServerProcess } from '../../support/server-process.js';

/** What the service behind the proxy was sent. */
interface Seen {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let dataDir: string;
let akm: ServerProcess;
let owner: ApiClient;
let service: Server;
const seen: Seen[] = [];

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'akm-gateways-'));
  akm = await ServerProcess.start({ dataDir, env: { TRUST_PROXY: '127.0.0.1' } });
  owner = await ApiClient.register(akm.url, 'owner');
  service = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push({ method: request.method ?? '', headers: request.headers, body });
      response.end('served');
    });
  });
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
}, 60_000);

afterAll(async () => {
  service.close();
  await akm.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

beforeEach(() => {
  seen.length = 0;
});

async function newKey(different: Record<string, unknown> = {}): Promise<{ id: string; secret: string }> {
  const key = await owner.expect(201, 'POST', '/api/v1/keys', { name: 'gateway', ...different });
  return { id: String(key['id']), secret: String(key['api_key']) };
}

const PROXIES: readonly ProxyName[] = ['nginx', 'caddy'];

describe.each(PROXIES)('%s, configured as in docs/gateways.md', (name) => {
  if (!hasProxy(name)) {
    it.skip(`${name} is not installed`, () => undefined);
    return;
  }

  let proxy: ProxyProcess | undefined;
  beforeAll(async () => {
    const { port } = service.address() as AddressInfo;
    proxy = await ProxyProcess.start(name, akm.url, `http://127.0.0.1:${port}`);
  });
  afterAll(() => proxy?.stop());

  const call = (
    path: string,
    key: string | null,
    headers: Record<string, string> = {},
    method = 'GET',
    body?: string,
  ) =>
    fetch(String(proxy?.url) + path, {
      method,
      headers: { ...(key !== null && { 'x-api-key': key }), ...headers },
      ...(body !== undefined && { body }),
    });
  const outcome = async (answer: Promise<Response>) => {
    const { status, headers } = await answer;
    return [status, headers.get('x-auth-code')];
  };

  it('lets a good key through and tells the service whose it is', async () => {
    const { id, secret } = await newKey({ permissions: ['read', 'invoices.*'] });
    const answer = await call('/', secret);
    expect([answer.status, await answer.text()]).toEqual([200, 'served']);
    expect(seen[0]?.headers).toMatchObject({ 'x-key-id': id, 'x-key-scopes': 'read invoices.*' });
    expect(seen[0]?.headers['x-key-owner']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('does not pass on what a client claims to be', async () => {
    const { id, secret } = await newKey({ permissions: [] });
    const claims = { 'x-key-id': 'somebody', 'X-Key-Owner': 'somebody', 'x-key-scopes': 'admin' };
    expect((await call('/', secret, claims)).status).toBe(200);
    expect(seen[0]?.headers['x-key-id']).toBe(id);
    expect(JSON.stringify(seen[0]?.headers)).not.toMatch(/somebody|admin/);
  });

  it('keeps the key from the service, and what a client claims to have asked for', async () => {
    const { secret } = await newKey();
    expect((await call('/', secret, { 'x-original-method': 'DELETE', 'x-original-uri': '/other' })).status).toBe(200);
    expect(seen).toHaveLength(1);
    expect(Object.keys(seen[0]?.headers ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^x-(api-key|original-)/)]),
    );
  });

  it('refuses a request without a key, and one with a key that is none', async () => {
    expect(await outcome(call('/', null))).toEqual([401, 'MISSING']);
    expect(await outcome(call('/', 'garbage'))).toEqual([401, 'MALFORMED']);
    expect((await call('/', null)).headers.get('www-authenticate')).toBe('ApiKey realm="akm"');
    expect(seen).toEqual([]);
  });

  it('refuses a revoked key from the next request on', async () => {
    const { id, secret } = await newKey();
    expect((await call('/', secret)).status).toBe(200);
    await owner.expect(204, 'DELETE', `/api/v1/keys/${id}`);
    expect(await outcome(call('/', secret))).toEqual([401, 'REVOKED']);
  });

  it('says when to come back once the limit is hit', async () => {
    const { secret } = await newKey({ rate_limit_per_minute: 1 });
    expect((await call('/', secret)).status).toBe(200);
    const refused = await call('/', secret);
    expect([refused.status, refused.headers.get('x-auth-code')]).toEqual([
      name === 'nginx' ? 429 : 403,
      'RATE_LIMITED',
    ]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(seen).toHaveLength(1);
  });

  it('asks for what the location says', async () => {
    const reader = await newKey({ permissions: ['reports.read'] });
    expect((await call('/reports/1', reader.secret)).status).toBe(200);
    const other = await newKey({ permissions: ['read'] });
    expect(await outcome(call('/reports/1', other.secret))).toEqual([403, 'INSUFFICIENT_PERMISSIONS']);
    expect(await outcome(call('/REPORTS/1', other.secret))).toEqual([403, 'INSUFFICIENT_PERMISSIONS']);
    expect(await outcome(call('/reports/1?permissions=', other.secret))).toEqual([403, 'INSUFFICIENT_PERMISSIONS']);
    expect((await call('/', other.secret)).status).toBe(200);
  });

  it('does not let the client ask in its place', async () => {
    const { secret } = await newKey({ rate_limit_per_minute: 1 });
    expect((await call('/?cost=0', secret)).status).toBe(200);
    expect((await outcome(call('/?cost=0', secret)))[1]).toBe('RATE_LIMITED');
  });

  it('tells akm the method, whatever method the client claims', async () => {
    const { secret } = await newKey({ permissions: ['read'] });
    expect((await call('/orders/1', secret)).status).toBe(200);
    expect(await outcome(call('/orders/1', secret, {}, 'DELETE'))).toEqual([403, 'INSUFFICIENT_PERMISSIONS']);
    const claims = { 'x-original-method': 'GET', 'x-forwarded-method': 'GET' };
    expect(await outcome(call('/orders/1', secret, claims, 'DELETE'))).toEqual([403, 'INSUFFICIENT_PERMISSIONS']);
  });

  it('tells akm the address of the client, whatever address the client claims', async () => {
    const { secret } = await newKey({ allowed_ips: ['203.0.113.0/24'] });
    expect(await outcome(call('/', secret, { 'x-forwarded-for': '203.0.113.7' }))).toEqual([401, 'IP_NOT_ALLOWED']);
    const local = await newKey({ allowed_ips: ['127.0.0.1'] });
    expect((await call('/', local.secret, { 'x-forwarded-for': '203.0.113.7' })).status).toBe(200);
  });

  it('sends the body to the service and not to akm', async () => {
    const { secret } = await newKey({ permissions: ['write'] });
    const body = 'order='.padEnd(50_000, 'x');
    expect((await call('/orders/', secret, { 'content-type': 'text/x-order' }, 'POST', body)).status).toBe(200);
    expect(seen).toMatchObject([{ method: 'POST', body }]);
  });

  it('refuses a key in the URL', async () => {
    const { secret } = await newKey();
    expect(await outcome(call(`/?api_key=${secret}`, secret))).toEqual([403, 'KEY_IN_QUERY']);
    expect(seen).toEqual([]);
  });

  it('lets nobody through while akm is away', async () => {
    const { secret } = await newKey();
    const alone = await ProxyProcess.start(name, 'http://127.0.0.1:9', akm.url);
    const { status } = await fetch(alone.url, { headers: { 'x-api-key': secret } });
    await alone.stop();
    expect(status).toBeGreaterThanOrEqual(500);
    expect(seen).toEqual([]);
  });
});

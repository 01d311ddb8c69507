import { randomUUID } from 'node:crypto';
import { pathSpellings } from '../../support/path-spellings.js';
import { sendRaw } from '../../support/raw-http.js';
import { type Person, TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
let developer: Person;
beforeAll(async () => {
  developer = await app.person();
});

/** Sends a request line as it is, without a client that tidies it up first. */
function ask(line: string, token?: string) {
  const authorization = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`;
  return sendRaw(app.nest.getHttpServer(), `${line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${authorization}\r\n`);
}

describe('a request that does not say for which host it is', () => {
  const from = (version: string, ...hosts: string[]) =>
    sendRaw(
      app.nest.getHttpServer(),
      `GET /health HTTP/${version}\r\nConnection: close\r\n${hosts.map((host) => `Host: ${host}\r\n`).join('')}\r\n`,
    );

  it('is refused, and so is one that names two', async () => {
    for (const hosts of [[], ['a', 'b'], ['a', 'a']]) {
      const { status, body } = await from('1.1', ...hosts);
      expect([status, JSON.parse(body)]).toMatchObject([400, { code: 'BAD_REQUEST' }]);
    }
    expect((await from('1.0', 'a', 'b')).status).toBe(400);
  });

  it('is served where HTTP/1.0 allows it', async () => {
    expect((await from('1.0')).status).toBe(200);
    expect((await from('1.1', 'a')).status).toBe(200);
  });
});

describe('a method that a path does not answer to', () => {
  it.each([
    ['TRACE', '/api/v1/keys', 'GET, HEAD, OPTIONS, POST'],
    ['QUERY', '/api/v1/keys', 'GET, HEAD, OPTIONS, POST'],
    ['PROPFIND', '/api/v1/keys', 'GET, HEAD, OPTIONS, POST'],
    ['FETCH', '/api/v1/keys', 'GET, HEAD, OPTIONS, POST'],
    ['DELETE', '/api/v1/keys', 'GET, HEAD, OPTIONS, POST'],
    ['PUT', '/api/v1/auth/login', 'OPTIONS, POST'],
    ['GET', '/api/v1/auth/login', 'OPTIONS, POST'],
    ['POST', '/health', 'GET, HEAD, OPTIONS'],
    ['POST', '/docs', 'GET, HEAD, OPTIONS'],
  ])('%s %s is answered with 405 and the methods there are', async (method, path, allow) => {
    const answer = await ask(`${method} ${path}`);
    expect(answer).toMatchObject({ status: 405, headers: { 'content-type': 'application/problem+json', allow } });
    expect(JSON.parse(answer.body)).toMatchObject({
      code: 'METHOD_NOT_ALLOWED',
      instance: answer.headers['x-request-id'],
    });
  });

  it('is found out by asking', async () => {
    const answer = await ask('OPTIONS /api/v1/keys');
    expect(answer).toMatchObject({ status: 204, headers: { allow: 'GET, HEAD, OPTIONS, POST' }, body: '' });
  });

  it('is unknown on an unknown path', async () => {
    expect(await ask('TRACE /api/v1/nothing')).toMatchObject({ status: 404 });
    expect(await ask('FETCH /api/v1/nothing')).toMatchObject({ status: 404 });
  });
});

describe('another spelling of a path', () => {
  const PROTECTED = ['/api/v1/keys', '/api/v1/auth/me', '/api/v1/protected/test', '/api/v1/verify'];

  it.each(PROTECTED.flatMap(pathSpellings))('never lets a stranger in: %s', async (path) => {
    for (const method of ['GET', 'HEAD']) expect(String((await ask(`${method} ${path}`)).status)).toMatch(/^4/);
  });

  it.each(['/api/v1/%6beys', '/%61pi/v1/keys', '/api/v1/keys?', 'http://a/api/v1/keys'])(
    'that the router takes for the same path meets the same guard: %s',
    async (path) => {
      expect(await ask(`GET ${path}`)).toMatchObject({ status: 401 });
      expect(await ask(`GET ${path}`, developer.token)).toMatchObject({ status: 200 });
      expect(await ask(`HEAD ${path}`)).toMatchObject({ status: 401, body: '' });
    },
  );
});

describe('nothing there, and nothing of yours', () => {
  it('look the same, to the byte', async () => {
    const other = await app.person();
    const foreign = await app.key(other);
    const as = developer.token;
    const paths = [
      `/api/v1/keys/${foreign.id}`,
      `/api/v1/keys/${randomUUID()}`,
      '/api/v1/keys/not-an-id',
      `/api/v1/keys/${'x'.repeat(2_000)}`,
      '/api/v1/keys/%2e%2e%2fusers',
      '/api/v1/nothing',
      '/nothing',
    ];
    const answers = await Promise.all(paths.map((path) => app.call('GET', path, { as })));
    const bodies = answers.map(({ body, headers }) => ({
      ...body,
      instance: body.instance === headers.get('x-request-id'),
    }));
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    expect(bodies[0]).toMatchObject({ status: 404, code: 'NOT_FOUND', instance: true });
  });
});

describe('every answer', () => {
  it.each([
    ['GET', '/health'],
    ['GET', '/docs'],
    ['GET', '/openapi.json'],
    ['GET', '/problems/not-found'],
    ['GET', '/problems/nothing'],
    ['GET', '/api/v1/keys'],
    ['POST', '/api/v1/auth/login'],
    ['DELETE', '/nothing'],
  ])('has a request id of its own: %s %s', async (method, path) => {
    const ids = await Promise.all([1, 2].map(async () => (await app.call(method, path)).headers.get('x-request-id')));
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(ids[1]).not.toBe(ids[0]);
  });

  it('of the API may not be kept by a cache', async () => {
    for (const path of ['/api/v1/keys', '/api/v1/auth/me', '/api/v1/nothing']) {
      for (const as of [developer.token, 'nobody'])
        expect((await app.call('GET', path, { as })).headers.get('cache-control')).toBe('no-store');
    }
  });

  it('to a problem leads to a page that explains it', async () => {
    const { body } = await app.call('GET', '/api/v1/keys');
    const page = await app.call('GET', String(body.type));
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.text).toContain('UNAUTHENTICATED');
  });

  it('of the API explorer works under its own policy: scripts only from this server, and all of them there', async () => {
    const { text } = await app.call('GET', '/docs');
    const scripts = [...text.matchAll(/<script([^>]*)>/g)].map(
      ([, attributes = '']) => /src=["']([^"']+)/.exec(attributes)?.[1],
    );
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) {
      const answer = await app.call('GET', new URL(script ?? 'inline', `${app.url}/docs`).pathname);
      expect(answer).toMatchObject({ status: 200 });
      expect(answer.headers.get('content-type')).toContain('javascript');
    }
  });

  it('of the API explorer finds its styles and icons, and leads nobody to the rest of its package', async () => {
    const { text } = await app.call('GET', '/docs');
    const links = [...text.matchAll(/<link[^>]* href="([^"]+)"/g)].map(([, href = '']) => href);
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect((await app.call('GET', `/${link}`)).status).toBe(200);
    for (const name of ['package.json', 'README.md', 'swagger-ui.js.map', 'swagger-initializer.js', 'LICENSE', '']) {
      const { status, headers } = await app.call('GET', `/docs/${name}`);
      expect([name, status]).toEqual([name, name === '' ? 200 : 404]);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
    for (const path of [
      '//package.json',
      '/./package.json',
      '/%70ackage.json',
      '/x/../package.json',
      '/package.json?x',
    ]) {
      expect((await ask(`GET /docs${path}`)).status).toBe(404);
    }
  });

  it('of the API explorer is also found where web servers have theirs', async () => {
    const answer = await app.call('GET', '/docs/index.html');
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/docs']);
  });

  it('that a browser renders says what the page may do', async () => {
    for (const path of ['/docs', '/problems/not-found']) {
      const { headers } = await app.call('GET', path);
      expect(headers.get('content-security-policy')).toMatch(/default-src 'self'.*frame-ancestors 'none'/);
      expect(headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
      expect(headers.get('strict-transport-security')).toBeNull();
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});

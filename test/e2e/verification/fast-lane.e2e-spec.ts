import type { HttpAdapter } from '../../../apps/api/src/http/http-adapter.js';
import { type RawAnswer, sendRaw } from '../../support/raw-http.js';
import { type Person, TestApp } from '../../support/test-app.js';

let app: TestApp;
let owner: Person;
let secret: string;
beforeAll(async () => {
  app = await TestApp.start({ TRUST_PROXY: '127.0.0.0/8' });
  owner = await app.person();
  secret = (await app.key(owner, { name: 'ключ', meta: { plan: 'gold' }, never_expires: true })).secret;
});
afterAll(() => app.stop());

const taken = () => (app.nest.getHttpAdapter() as unknown as HttpAdapter).lane.taken;

/** The last request of its connection, or one that others follow. */
const ENDINGS = {
  last: ['Connection: close', '', ''].join('\r\n'),
  'one of many': ['', 'GET /livez HTTP/1.1', 'Host: akm', 'Connection: close', '', ''].join('\r\n'),
};
type Ending = keyof typeof ENDINGS;

/** Sends it twice: the first time no query is known yet, and whatever can go by the lane does so the second time. */
async function bothWays(
  line: string,
  headers: readonly string[],
  ending: Ending = 'last',
): Promise<{ answers: RawAnswer[]; byLane: number }> {
  const bytes = [`${line} HTTP/1.1`, 'Host: akm', ...headers, ENDINGS[ending]].join('\r\n');
  // A whole minute, hour and day later the buckets of the key are full.
  app.clock.advance(86_400_000);
  const first = await sendRaw(app.nest.getHttpServer(), bytes);
  app.clock.advance(86_400_000);
  const before = taken();
  const second = await sendRaw(app.nest.getHttpServer(), bytes);
  return { answers: [first, second], byLane: taken() - before };
}

/** What differs from one request to the next. */
function comparable({ status, headers, body }: RawAnswer) {
  const { date, 'x-request-id': id = '', 'x-ratelimit-reset': reset, ...others } = headers;
  return { status, headers: { ...others, has: [date, id, reset].map(Boolean) }, body: body.replaceAll(id, 'ID') };
}

describe('the lane past the router', () => {
  const good = () => [`X-API-Key: ${secret}`];

  describe.each<[string, string, () => string[]]>([
    ['a good key', 'GET /api/v1/verify', good],
    ['a good key that is asked for a permission', 'GET /api/v1/verify?permissions=read', good],
    ['a key that lacks a permission', 'GET /api/v1/verify?permissions=write', good],
    ['no key', 'GET /api/v1/verify', () => []],
    ['garbage', 'GET /api/v1/verify', () => ['Authorization: ApiKey garbage']],
    ['a proxy that shows a good key', 'PROPFIND /api/v1/gateway/auth', good],
    ['a proxy that shows none', 'GET /api/v1/gateway/auth', () => []],
    ['a proxy that shows a key without a permission', 'POST /api/v1/gateway/auth?permissions=write', good],
    ['a proxy that tells of a key in a URL', 'GET /api/v1/gateway/auth?cost=0', () => ['X-Original-URI: /?api_key=k']],
    [
      'a proxy that is contradicted',
      'GET /api/v1/gateway/auth?cost=2',
      () => ['X-Original-URI: /', 'X-Forwarded-Uri: /x'],
    ],
    ['a proxy that forgets the method', 'GET /api/v1/gateway/auth?by_method=true', good],
  ])('answers %s', (name, line, headers) => {
    it.each<Ending>(['last', 'one of many'])('as the router does, to the byte, when it is %s', async (ending) => {
      // A query of its own, that the router has not seen yet.
      const target = line + (line.includes('?') ? '&' : '?') + `service=${ending.length}${name.length}`;
      const { answers, byLane } = await bothWays(target, headers(), ending);
      expect(byLane).toBe(1);
      expect(answers[1] && comparable(answers[1])).toEqual(answers[0] && comparable(answers[0]));
    });
  });

  it.each<[string, string, string[]]>([
    ['HEAD', 'HEAD /api/v1/verify', []],
    ['a method that is not allowed', 'DELETE /api/v1/verify', []],
    ['an odd spelling of the path', 'GET /api/v1/%76erify', []],
    ['another path', 'GET /api/v1/verify/', []],
    ['a whole URL', 'GET http://akm/api/v1/verify', []],
    ['a query that is refused', 'GET /api/v1/verify?permissions=read&permissions=write', []],
    ['a query with a field that is not known', 'GET /api/v1/verify?scope=x', []],
    ['a key in the query', 'GET /api/v1/verify?api_key=x', []],
    ['an expectation', 'GET /api/v1/verify', ['Expect: 100-continue']],
    ['a second host', 'GET /api/v1/verify', ['Host: other']],
    ['a body', 'GET /api/v1/gateway/auth', ['Content-Length: 1']],
    ['a body of unknown length', 'GET /api/v1/gateway/auth', ['Transfer-Encoding: chunked']],
  ])('leaves %s to it', async (_, line, headers) => {
    expect((await bothWays(line, headers)).byLane).toBe(0);
  });

  it('leaves a request without a host to it', async () => {
    const before = taken();
    const answer = await sendRaw(app.nest.getHttpServer(), 'GET /api/v1/verify HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect([answer.status, taken() - before]).toEqual([400, 0]);
  });

  it('names a request as its proxy did', async () => {
    const { answers, byLane } = await bothWays('GET /api/v1/verify?service=c', ['X-Request-Id: edge-1']);
    expect([byLane, answers.map(({ headers }) => headers['x-request-id'])]).toEqual([1, ['edge-1', 'edge-1']]);
  });

  it('limits whoever guesses at keys by the address that the proxy tells', async () => {
    const codes: unknown[] = [];
    for (let guess = 0; guess < 32; guess++) {
      const { body } = await app.call('GET', '/api/v1/verify', {
        key: 'garbage',
        headers: { 'x-forwarded-for': '203.0.113.50' },
      });
      codes.push(body.code);
    }
    expect(codes.slice(30)).toEqual(['API_KEY_RATE_LIMITED', 'API_KEY_RATE_LIMITED']);
    const other = await app.call('GET', '/api/v1/verify', {
      key: 'garbage',
      headers: { 'x-forwarded-for': '203.0.113.51' },
    });
    expect(other.body.code).toBe('API_KEY_MALFORMED');
  });

  it('closes when the server begins to stop, so that clients are sent away with their answer', async () => {
    const stopping = await TestApp.start();
    const { lane } = stopping.nest.getHttpAdapter() as unknown as HttpAdapter;
    expect(lane.isOpen).toBe(true);
    await stopping.stop();
    expect(lane.isOpen).toBe(false);
  });

  it('leaves everything to the router once it is closed', async () => {
    const closed = await TestApp.start();
    const { secret: key } = await closed.key(await closed.person());
    const { lane } = closed.nest.getHttpAdapter() as unknown as HttpAdapter;
    lane.close();
    const statuses = [];
    for (let n = 0; n < 2; n++) statuses.push((await closed.call('GET', '/api/v1/verify', { key })).status);
    expect([statuses, lane.taken]).toEqual([[200, 200], 0]);
    await closed.stop();
  });
});

describe('the lane of a server with CORS', () => {
  it('leaves browsers to the hook that answers them', async () => {
    const other = await TestApp.start({ CORS_ORIGINS: 'https://app.example.org' });
    const { secret: key } = await other.key(await other.person());
    const ask = () => other.call('GET', '/api/v1/verify', { key, headers: { origin: 'https://app.example.org' } });
    await ask();
    expect((await ask()).headers.get('access-control-allow-origin')).toBe('https://app.example.org');
    await other.stop();
  });
});

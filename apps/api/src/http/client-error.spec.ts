import { type FastifyInstance } from 'fastify';
import { ProblemFilter } from '#problems';
import { sendRaw } from '../../../../test/support/raw-http.js';
import { HttpAdapter } from './http-adapter.js';
import { SERVER_LIMITS } from './server-limits.js';

const CONFIG = { host: '127.0.0.1', port: 0, trustProxy: [], corsOrigins: [] };
const HASTE = { ...SERVER_LIMITS, headersMs: 200, requestMs: 300, checkEveryMs: 50, lingerMs: 20 };

describe('what cannot become a request', () => {
  let server: FastifyInstance;

  beforeAll(async () => {
    server = new HttpAdapter(CONFIG, HASTE).getInstance<FastifyInstance>();
    server.setErrorHandler((error, request, reply) => {
      new ProblemFilter().answer(error, request, reply);
    });
    server.post('/notes', () => ({}));
    await server.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(() => server.close());

  it.each([
    ['an unknown method on a known path', 'FETCH /notes HTTP/1.1\r\nHost: a\r\n\r\n', 405],
    ['an unknown method on an unknown path', 'FETCH /nowhere HTTP/1.1\r\nHost: a\r\n\r\n', 404],
    ['a method in lower case', 'post /notes HTTP/1.1\r\nHost: a\r\n\r\n', 405],
    ['no request at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 400],
    ['HTTP/0.9', 'POST /notes\r\n\r\n', 400],
    ['a header without a name', 'POST /notes HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n', 400],
    ['two lengths', 'POST /notes HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx', 400],
    [
      'a length and chunks',
      'POST /notes HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['headers of 17 KiB', `POST /notes HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(17 * 1024)}\r\n\r\n`, 431],
    ['a URL of 17 KiB', `POST /notes?${'x'.repeat(17 * 1024)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
    ['headers that never end', 'POST /notes HTTP/1.1\r\nHost: a\r\n', 408],
    [
      'a body that never ends',
      'POST /notes HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
      408,
    ],
    ['silence', '', 408],
  ])('is answered with a problem: %s', async (_, bytes, status) => {
    const answer = await sendRaw(server.server, Buffer.from(bytes, 'latin1'));
    expect(answer).toMatchObject({
      status,
      headers: { 'content-type': 'application/problem+json', connection: 'close' },
    });
    expect(JSON.parse(answer.body)).toMatchObject({ status, instance: answer.headers['x-request-id'] });
  });

  it('is told which methods there are', async () => {
    const answer = await sendRaw(server.server, 'FETCH /notes HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(answer.headers['allow']).toBe('OPTIONS, POST');
  });

  it('needs a Host header to be one', async () => {
    const answer = await sendRaw(server.server, 'POST /notes HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(answer).toMatchObject({ status: 400, headers: { 'content-type': 'application/problem+json' } });
  });

  it('may expect what it likes', async () => {
    const request = 'POST /notes HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: a-miracle\r\n\r\n';
    expect(await sendRaw(server.server, request)).toMatchObject({ status: 200 });
  });
});

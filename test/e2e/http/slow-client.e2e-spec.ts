import { connect, type AddressInfo, type Socket } from 'node:net';
import { SERVER_LIMITS } from '../../../apps/api/src/http/server-limits.js';
import { TestApp } from '../../support/test-app.js';

/** The times of the real server, cut to a twentieth, so that nobody has to wait. */
const HASTE = { headersMs: 500, requestMs: 650, checkEveryMs: 50, lingerMs: 25 };

const app = TestApp.forTests({}, { limits: HASTE });

const HEADERS = 'POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';

/** Opens `count` connections, sends `bytes` on each, and gives all that came back once the server has closed them. */
async function hold(count: number, bytes: string): Promise<string[]> {
  const sockets = await Promise.all(Array.from({ length: count }, open));
  return Promise.all(
    sockets.map(async (socket) => {
      socket.write(bytes);
      let text = '';
      for await (const chunk of socket) text += String(chunk);
      return text;
    }),
  );
}

function open(): Promise<Socket> {
  const { port } = (app.nest.getHttpServer() as { address(): AddressInfo }).address();
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

describe('408', () => {
  it('comes within fifteen seconds by the times of the real server', () => {
    const { headersMs, requestMs, checkEveryMs, lingerMs } = SERVER_LIMITS;
    expect(Math.max(headersMs, requestMs) + checkEveryMs + lingerMs).toBeLessThanOrEqual(15_000);
  });

  it.each([
    ['a body that never ends', `${HEADERS}Content-Length: 100\r\n\r\n{"email":`],
    ['a body in chunks that never ends', `${HEADERS}Transfer-Encoding: chunked\r\n\r\n5\r\n{"ema`],
    ['headers that never end', HEADERS],
    ['a request line that never ends', 'GET /health'],
    ['silence', ''],
  ])('frees 300 connections held by %s, while others are served', async (_, bytes) => {
    const held = hold(300, bytes);
    expect(await app.call('GET', '/health')).toMatchObject({ status: 200 });
    for (const answer of await held) {
      expect(answer).toMatch(/^HTTP\/1\.1 408 /);
      expect(answer).toContain('"code":"REQUEST_TIMEOUT"');
    }
  });
});

describe('many connections', () => {
  it('that say nothing yet cost the others nothing, and are answered in the end', async () => {
    // A busy machine takes longer to accept them all than a client may take to speak.
    const patient = await TestApp.start({}, { limits: { headersMs: 60_000, requestMs: 60_000 } });
    const { port } = (patient.nest.getHttpServer() as { address(): AddressInfo }).address();
    const sockets = Array.from({ length: 2_000 }, () => connect(port, '127.0.0.1'));
    expect(await patient.call('GET', '/health')).toMatchObject({ status: 200 });
    const answers = await Promise.all(
      sockets.map(async (socket) => {
        socket.write('GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
        let text = '';
        for await (const chunk of socket) text += String(chunk);
        return text;
      }),
    );
    expect(answers.filter((text) => text.startsWith('HTTP/1.1 200 '))).toHaveLength(2_000);
    await patient.stop();
  });
});

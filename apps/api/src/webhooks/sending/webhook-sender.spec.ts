import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { Config } from '../../config/config.js';
import { parseEnv } from '../../config/env.js';
import type { HostAddress } from './host-names.js';
import { type SendingResult, WebhookSender } from './webhook-sender.js';

const HEADERS = { 'content-type': 'application/json', 'webhook-id': 'msg_1' };
const BODY = '{"type":"key.created"}';
const LOOPBACK = { address: '127.0.0.1', family: 4 };
const PUBLIC = { address: '1.1.1.1', family: 4 };

/** Answers one lookup after the other as it is told to, and counts them. */
class FakeNames {
  asked: string[] = [];
  constructor(private readonly answers: (readonly HostAddress[] | Error)[]) {}
  addressesOf(host: string): Promise<readonly HostAddress[]> {
    this.asked.push(host);
    const answer = this.answers.shift() ?? new Error('asked too often');
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  }
}

const open: Server[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(open.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  open.push(server);
  return (server.address() as AddressInfo).port;
}

interface Seen {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A receiver that keeps what it was sent and answers as it is told to. */
async function receiver(answer: (response: ServerResponse) => void, host?: string) {
  const seen: Seen[] = [];
  const server = createHttpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      answer(response);
    });
  });
  return { seen, port: await listen(server, host) };
}

function sender(names: FakeNames, env: Record<string, string> = {}, timeoutMs = 5000): WebhookSender {
  const config = new Config(parseEnv({ WEBHOOK_ALLOW_PRIVATE: 'true', ...env }), { jwt: [], masterEncryption: [] });
  return new WebhookSender(names, { ...config, webhooks: { ...config.webhooks, timeoutMs } });
}

const post = (port: number, names = new FakeNames([[LOOPBACK]]), timeoutMs?: number, scheme = 'http') =>
  sender(names, {}, timeoutMs).post(new URL(`${scheme}://hook.test:${port}/in?team=7`), HEADERS, BODY);

describe('WebhookSender', () => {
  it('posts the body with its headers and tells the status', async () => {
    const { seen, port } = await receiver((response) => response.writeHead(204).end());
    expect(await post(port)).toEqual({ status: 204 });
    expect(seen).toMatchObject([
      { body: BODY, headers: { ...HEADERS, host: `hook.test:${port}`, 'content-length': String(BODY.length) } },
    ]);
  });

  it('takes a redirect for an answer and goes nowhere', async () => {
    const secret = await receiver((response) => response.end());
    const names = new FakeNames([[LOOPBACK], [LOOPBACK]]);
    const { port } = await receiver((response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${secret.port}/` }).end(),
    );
    expect(await post(port, names)).toEqual({ status: 307 });
    expect(secret.seen).toEqual([]);
    expect(names.asked).toEqual(['hook.test']);
  });

  it('gives up on a receiver that never answers', async () => {
    const { port } = await receiver(() => undefined);
    expect(await post(port, undefined, 100)).toEqual({ failure: 'timeout' });
  });

  it('gives up on a name server that never answers', async () => {
    const names = { asked: [], addressesOf: () => new Promise<never>(() => undefined) } as unknown as FakeNames;
    expect(await post(1, names, 100)).toEqual({ failure: 'timeout' });
  });

  it('reads no more than a little of an endless answer', async () => {
    let sent = 0;
    const { port } = await receiver((response) => {
      const chunk = Buffer.alloc(65_536);
      const more = () => {
        while (!response.destroyed && sent < 1e9 && response.write(chunk)) sent += chunk.length;
      };
      response.on('drain', more);
      more();
    });
    expect(await post(port)).toEqual({ status: 200 });
    expect(sent).toBeLessThan(50e6);
  });

  it('keeps the status of an answer that stalls after it', async () => {
    const { port } = await receiver((response) => response.writeHead(202).write('{'));
    expect(await post(port, undefined, 200)).toEqual({ status: 202 });
  });

  const raw = async (answer: (socket: Socket) => void) =>
    listen(
      createTcpServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => {
          answer(socket);
        });
      }),
    );

  it.each<[string, SendingResult, (socket: Socket) => void, string]>([
    ['a reset', { failure: 'connection_reset' }, (socket) => socket.resetAndDestroy(), 'http'],
    ['a hang-up', { failure: 'connection_reset' }, (socket) => socket.end(), 'http'],
    ['what is not HTTP', { failure: 'invalid_answer' }, (socket) => socket.end('SSH-2.0-x\r\n\r\n'), 'http'],
    ['endless headers', { failure: 'invalid_answer' }, (socket) => socket.end(headers(64_000)), 'http'],
    ['what is not TLS', { failure: 'tls_failed' }, (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'), 'https'],
  ])('tells %s from an answer', async (_, result, answer, scheme) => {
    expect(await post(await raw(answer), undefined, undefined, scheme)).toEqual(result);
  });

  it('tells a closed port and an unknown name', async () => {
    const port = await listen(createTcpServer());
    await new Promise((resolve) => open.pop()?.close(resolve));
    expect(await post(port)).toEqual({ failure: 'connection_refused' });
    const unknown = Object.assign(new Error(), { code: 'ENOTFOUND' });
    expect(await post(port, new FakeNames([unknown]))).toEqual({ failure: 'host_not_found' });
  });
});

describe('the address a webhook goes to', () => {
  const guarded = (names: FakeNames, url: string) =>
    sender(names, { WEBHOOK_ALLOW_PRIVATE: 'false' }, 1000).post(new URL(url), HEADERS, BODY);

  it('is the one that was checked, whatever the name means by then', async () => {
    const checked = await receiver((response) => response.end(), '127.0.0.2');
    const names = new FakeNames([[{ address: '127.0.0.2', family: 4 }]]);
    const url = new URL(`http://localhost:${checked.port}/`);
    expect(await sender(names).post(url, HEADERS, BODY)).toEqual({ status: 200 });
    expect(names.asked).toEqual(['localhost']);
    expect(checked.seen).toHaveLength(1);
  });

  it.each([
    ['loopback', [LOOPBACK]],
    ['private', [{ address: '10.0.0.8', family: 4 }]],
    ['cloud metadata', [{ address: '169.254.169.254', family: 4 }]],
    ['mapped loopback', [{ address: '::ffff:127.0.0.1', family: 6 }]],
    ['public and private at once', [PUBLIC, LOOPBACK]],
    ['nothing at all', []],
  ])('is refused when the name means %s', async (_, addresses) => {
    const { seen, port } = await receiver((response) => response.end());
    const names = new FakeNames([addresses, [LOOPBACK]]);
    expect(await guarded(names, `http://hook.test:${port}/`)).toEqual({ failure: 'address_not_allowed' });
    expect([seen, names.asked]).toEqual([[], ['hook.test']]);
  });

  it('is refused when it is written into the URL itself', async () => {
    const { seen, port } = await receiver((response) => response.end());
    for (const host of ['127.0.0.1', '[::ffff:7f00:1]', '2130706433']) {
      const system = { asked: [], addressesOf: (address: string) => Promise.resolve([{ address, family: 4 }]) };
      const result = await guarded(system as unknown as FakeNames, `http://${host}:${port}/`);
      expect(result).toEqual({ failure: 'address_not_allowed' });
    }
    expect(seen).toEqual([]);
  });
});

function headers(bytes: number): string {
  return `HTTP/1.1 200 OK\r\nx-long: ${'x'.repeat(bytes)}\r\n\r\n`;
}

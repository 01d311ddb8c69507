import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { TcpProxy } from './tcp-proxy.js';

describe('a network that can be cut', () => {
  let echo: Server;
  let proxy: TcpProxy;
  beforeEach(async () => {
    echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    proxy = await TcpProxy.start(`postgres://someone@127.0.0.1:${(echo.address() as AddressInfo).port}/name`);
  });
  afterEach(async () => {
    await proxy.stop();
    echo.close();
  });

  const opened = async (): Promise<Socket> => {
    const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
    await once(socket, 'connect');
    return socket.on('error', () => undefined);
  };
  const echoed = async (socket: Socket, text: string): Promise<string> => {
    socket.write(text);
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    return chunk.toString();
  };

  /** However it ends; `once` would take a reset for a failure. */
  const ended = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

  it('passes everything on, and keeps the rest of the URL', async () => {
    const socket = await opened();
    expect(await echoed(socket, 'hello')).toBe('hello');
    expect(proxy.url).toMatch(/^postgres:\/\/someone@127\.0\.0\.1:\d+\/name$/);
    socket.destroy();
  });

  it('tells both ends of a reset, and everybody who comes then', async () => {
    const socket = await opened();
    await echoed(socket, 'hello');
    proxy.interrupt('reset');
    await ended(socket);
    const late = connect(Number(new URL(proxy.url).port), '127.0.0.1').on('error', () => undefined);
    await ended(late);
  });

  it('keeps silent until it is mended, and forgets what was sent meanwhile', async () => {
    const socket = await opened();
    await echoed(socket, 'hello');
    proxy.interrupt('silence');
    const heard: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => heard.push(chunk));
    socket.write('lost');
    proxy.mend();
    await ended(socket);
    expect(heard).toEqual([]);
    const later = await opened();
    expect(await echoed(later, 'again')).toBe('again');
    later.destroy();
  });
});

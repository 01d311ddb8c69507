import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { HttpConnection } from './http-connection.js';

describe('a connection of the load generator', () => {
  let server: Server;
  afterEach(() => server.close());

  /** A server that answers every request with these pieces, each in a packet of its own. */
  const answering = async (...pieces: string[]) => {
    server = createServer((socket) => {
      socket.setNoDelay(true);
      socket.on('data', () => {
        const [first = '', ...rest] = pieces;
        socket.write(first, () => {
          for (const piece of rest) socket.write(piece);
          if (pieces.length === 0) socket.destroy();
        });
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return HttpConnection.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  };

  it('knows the end of an answer that comes in pieces', async () => {
    const connection = await answering('HTTP/1.1 200 OK\r\nconte', 'nt-length: 4\r\n\r', '\nab', 'cd');
    expect([await connection.exchange('x'), await connection.exchange('x')]).toEqual([200, 200]);
    connection.close();
  });

  it('knows that a 204 has no body', async () => {
    const connection = await answering('HTTP/1.1 204 No Content\r\nx: y\r\n\r\n');
    expect(await connection.exchange('x')).toBe(204);
    connection.close();
  });

  it('answers 0 when it ends before the answer', async () => {
    const connection = await answering();
    expect(await connection.exchange('x')).toBe(0);
    expect(connection.isOpen).toBe(false);
    expect(await connection.exchange('x')).toBe(0);
  });
});

import { connect, type AddressInfo, type Server } from 'node:net';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends bytes that no HTTP client would send, and gives the first answer once the server has closed the connection. */
export async function sendRaw(server: Server, bytes: string | Buffer): Promise<RawAnswer> {
  const { address, port } = server.address() as AddressInfo;
  const socket = connect(port, address);
  socket.write(bytes);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return readAnswer(Buffer.concat(chunks).toString('latin1'));
}

function readAnswer(text: string): RawAnswer {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  // Another answer may follow on the same connection.
  const length = Number(headers['content-length'] ?? (headers['transfer-encoding'] ? body.length : 0));
  return { status: Number(statusLine.split(' ')[1]), headers, body: body.slice(0, length) };
}

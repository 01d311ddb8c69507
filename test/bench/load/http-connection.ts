import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * One kept-alive connection with one request at a time. Reads no more of an answer than its status and its end, which
 * leaves the core to the server. Understands answers with a Content-Length, and those that have no body.
 */
export class HttpConnection {
  private received: Buffer = NOTHING;
  private waiting: ((status: number) => void) | null = null;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.read(chunk);
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.finish(0);
    });
  }

  static async open(url: string): Promise<HttpConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new HttpConnection(socket);
  }

  get isOpen(): boolean {
    return !this.socket.destroyed;
  }

  /** Answers the status by a callback, because a promise a request costs; 0 when the connection ended first. */
  send(request: string, onAnswer: (status: number) => void): void {
    this.waiting = onAnswer;
    if (!this.isOpen) this.finish(0);
    else this.socket.write(request, 'latin1');
  }

  exchange(request: string): Promise<number> {
    return new Promise((resolve) => {
      this.send(request, resolve);
    });
  }

  /** Answers the request under way with 0. */
  close(): void {
    this.socket.destroy();
    this.finish(0);
  }

  private read(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const headEnd = this.received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const status = numberAt(this.received, 'HTTP/1.1 '.length);
    const length = lengthIn(this.received, headEnd);
    if (length === null && status !== 204)
      throw new Error(`An answer of unknown length:\n${this.received.toString('latin1', 0, headEnd)}`);
    if (this.received.length < headEnd + 4 + (length ?? 0)) return;
    this.received = NOTHING;
    this.finish(status);
  }

  private finish(status: number): void {
    const { waiting } = this;
    this.waiting = null;
    waiting?.(status);
  }
}

const NOTHING = Buffer.alloc(0);
const LENGTHS = [Buffer.from('\r\ncontent-length: '), Buffer.from('\r\nContent-Length: ')];

/** Read from the bytes: to make a text of each head, and to search that, is most of the work of a generator. */
function lengthIn(head: Buffer, end: number): number | null {
  for (const name of LENGTHS) {
    const at = head.indexOf(name);
    if (at !== -1 && at < end) return numberAt(head, at + name.length);
  }
  return null;
}

function numberAt(bytes: Buffer, at: number): number {
  let number = 0;
  for (let digit = at; isDigit(bytes[digit]); digit++) number = 10 * number + (bytes[digit] ?? 0) - ZERO;
  return number;
}

const ZERO = 0x30;
const isDigit = (code: number | undefined) => code !== undefined && code >= ZERO && code <= ZERO + 9;

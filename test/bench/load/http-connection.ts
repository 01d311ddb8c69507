import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * One kept-alive connection with one request at a time. Reads no more of an answer than its status and its end, which
 * leaves the core to the server. Understands answers with a Content-Length, and those that have no body.
 */
export class HttpConnection {
  private received: Buffer = Buffer.alloc(0);
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
    const head = this.received.toString('latin1', 0, headEnd);
    const status = Number(head.slice(9, 12));
    const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
    if (length === undefined && status !== 204) throw new Error(`An answer of unknown length:\n${head}`);
    if (this.received.length < headEnd + 4 + Number(length ?? 0)) return;
    this.received = Buffer.alloc(0);
    this.finish(status);
  }

  private finish(status: number): void {
    const { waiting } = this;
    this.waiting = null;
    waiting?.(status);
  }
}

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** How a connection ends: `silence` leaves both ends waiting, as a cable that was pulled; `reset` tells them. */
export type Cut = 'silence' | 'reset';

/** A network between a server and its database that can be cut and mended. */
export class TcpProxy {
  private cut: Cut | null = null;
  private readonly pairs = new Set<readonly [Socket, Socket]>();

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {}

  /** Between whoever uses `url` and the server of `target`, a URL with host and port. */
  static async start(target: string): Promise<TcpProxy> {
    const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new TcpProxy(server, new URL(target));
    server.on('connection', (socket) => {
      proxy.accept(socket);
    });
    return proxy;
  }

  /** The target as it is reached through here. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return url.href;
  }

  /** Nothing passes from now on, on any connection, old or new. */
  interrupt(cut: Cut): void {
    this.cut = cut;
    for (const pair of this.pairs) {
      for (const socket of pair) {
        if (cut === 'reset') socket.resetAndDestroy();
        else socket.unpipe().pause();
      }
    }
  }

  /** Lets new connections pass. What was cut stays dead: it is reset. */
  mend(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.resetAndDestroy();
    this.cut = null;
  }

  async stop(): Promise<void> {
    this.interrupt('reset');
    this.server.close();
    await once(this.server, 'close');
  }

  private accept(near: Socket): void {
    if (this.cut === 'reset') {
      near.resetAndDestroy();
      return;
    }
    const far = connect(Number(this.target.port), this.target.hostname);
    const pair = [near, far] as const;
    this.pairs.add(pair);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => undefined);
      one.once('close', () => {
        other.destroy();
        this.pairs.delete(pair);
      });
      if (this.cut === null) one.pipe(other);
    }
  }
}

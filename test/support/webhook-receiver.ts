import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { Clock } from '#domain';

/** A message whose signature was right. */
export interface Received {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: Record<string, unknown>;
  readonly answeredWith: Behaviour;
}

/** A status to answer with, or none at all. */
export type Behaviour = number | 'hang' | 'reset';

/** What somebody who is told of events runs: it believes a message only if the standard's own library does. */
export class WebhookReceiver {
  /** Every message that was verified, refused ones too, in the order in which they came. */
  readonly received: Received[] = [];
  /** Messages that nobody should have believed. */
  readonly forged: unknown[] = [];
  readonly headers: IncomingHttpHeaders[] = [];
  /** How the next messages are answered; those after them with 204. */
  readonly behaviours: Behaviour[] = [];
  /** What every answer carries. */
  answerHeaders: Record<string, string> = {};
  secret = '';

  private constructor(
    private readonly server: Server,
    private readonly clock: Clock,
  ) {}

  static async start(clock: Clock): Promise<WebhookReceiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new WebhookReceiver(server, clock);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        receiver.take(Buffer.concat(chunks).toString(), request.headers, response);
      });
    });
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  /** The types of what came, in order. */
  get types(): string[] {
    return this.received.map(({ type }) => type);
  }

  /** Waits until so many messages have come, verified or not. */
  async arrivals(count: number): Promise<void> {
    while (this.headers.length < count) await once(this.server, 'arrival');
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private take(body: string, headers: IncomingHttpHeaders, response: ServerResponse): void {
    this.headers.push(headers);
    const answeredWith = this.behaviours.shift() ?? 204;
    try {
      const message = this.verified(body, headers) as Received;
      this.received.push({ ...message, id: String(headers['webhook-id']), answeredWith });
    } catch (error) {
      this.forged.push(error);
    }
    this.server.emit('arrival');
    if (answeredWith === 'reset') response.socket?.resetAndDestroy();
    else if (answeredWith !== 'hang') response.writeHead(answeredWith, this.answerHeaders).end();
  }

  /** The library asks the machine for the time, and ours stands still. */
  private verified(body: string, headers: IncomingHttpHeaders): unknown {
    const clock = jest.spyOn(Date, 'now').mockReturnValue(this.clock.now());
    try {
      return new Webhook(this.secret).verify(body, headers as Record<string, string>);
    } finally {
      clock.mockRestore();
    }
  }
}

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Jobs run once a minute, and take a batch at a time. */
const HEARD_MS_MAX = 300_000;

/** A stranger's server that is told of events, and keeps every byte of it. */
export class Receiver {
  readonly heard: string[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const receiver = new Receiver(createServer());
    receiver.server.on('request', (request, response) => {
      let text = `${request.rawHeaders.join('\n')}\n\n`;
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        receiver.heard.push(text);
        response.writeHead(204).end();
      });
    });
    receiver.server.listen(0, '127.0.0.1');
    await once(receiver.server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  /** Waits until `found` finds what it looks for in everything heard so far. @throws Error after five minutes. */
  async until<T>(found: (heard: readonly string[]) => T | undefined): Promise<T> {
    const deadline = performance.now() + HEARD_MS_MAX;
    for (;;) {
      const result = found(this.heard);
      if (result !== undefined) return result;
      if (performance.now() > deadline) throw new Error(`Webhooks told something else, ${this.heard.length} times`);
      await pause(100);
    }
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** The tokens that pick up new secrets, by key, in what webhooks have told. */
export function pickupTokens(heard: readonly string[]): Map<string, string> {
  const tokens = new Map<string, string>();
  for (const message of heard) {
    const { data } = JSON.parse(message.slice(message.indexOf('\n\n'))) as Message;
    if (data.api_key_id && data.pickup?.token) tokens.set(data.api_key_id, data.pickup.token);
  }
  return tokens;
}

interface Message {
  readonly data: { readonly api_key_id?: string; readonly pickup?: { readonly token?: string | null } | null };
}

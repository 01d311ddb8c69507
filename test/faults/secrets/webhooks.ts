import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Planted } from './planted.js';
import { type Witness } from './witness.js';

const ENDPOINTS = 4;
const DELIVERED_MS_MAX = 15_000;

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

  async isTold(): Promise<void> {
    const deadline = performance.now() + DELIVERED_MS_MAX;
    while (this.heard.length < ENDPOINTS && performance.now() < deadline) await pause(100);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** Endpoints with their secrets, old and new, told of all that happens from here on. */
export async function liveWebhooks(
  witness: Witness,
  planted: Planted,
  token: string,
  receiver: Receiver,
): Promise<void> {
  for (let index = 0; index < ENDPOINTS; index++) {
    const body = { url: `${receiver.url}/${index}`, events: ['key.created', 'key.rotated', 'key.revoked'] };
    const made = await witness.expect(201, 'POST', '/api/v1/webhooks', { body, token, shows: true });
    plantSecret(planted, made);
    const path = `/api/v1/webhooks/${String(made['id'])}`;
    if (index % 2 === 0) {
      plantSecret(planted, await witness.expect(200, 'POST', `${path}/secret`, { body: {}, token, shows: true }));
    }
    await witness.call('POST', `${path}/test`, { token });
  }
}

function plantSecret(planted: Planted, { secret }: Record<string, unknown>): void {
  const text = planted.plant('webhook secret', secret);
  planted.plantDecoded('webhook secret, decoded', text.replace('whsec_', ''));
}

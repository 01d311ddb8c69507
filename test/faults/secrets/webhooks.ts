import { type Receiver } from '../../support/receiver.js';
import { type Planted } from './planted.js';
import { type Witness } from './witness.js';

const ENDPOINTS = 4;

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

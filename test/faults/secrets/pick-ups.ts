import { openBuiltDatabase } from '../../support/built-database.js';
import { pickupTokens, type Receiver } from '../../support/receiver.js';
import { type ServerOptions } from '../../support/server-process.js';
import { type Planted } from './planted.js';
import { type Witness } from './witness.js';

const KEYS = 8;

/** What the message of a webhook is for, and no other place. */
export const PICKUP_TOKEN = 'pick-up token';

/** Keys that will be given their next secret without anybody there to be shown it. */
export async function makeRotatingKeys(witness: Witness, planted: Planted, token: string): Promise<void> {
  for (let index = 0; index < KEYS; index++) {
    const body = { name: `rotating ${index}`, rotation: { every_days: 1, grace_hours: 1 } };
    const made = await witness.expect(201, 'POST', '/api/v1/keys', { body, token, shows: true });
    planted.plant('created key', made['api_key']);
  }
}

/** While no server runs: makes what the keys have older than it is, so that the next start finds them due. */
export async function letDaysPass({ dataDir, env = {} }: ServerOptions): Promise<void> {
  const database = await openBuiltDatabase(env['DATABASE_URL'] ?? null, dataDir);
  try {
    await database.query(`
      UPDATE api_key_secrets SET created_at = created_at - interval '2 days'
       WHERE retired_at IS NULL AND key_id IN (SELECT id FROM api_keys WHERE rotate_every_days = 1);
      DELETE FROM job_runs WHERE name = 'rotate_due_keys'`);
  } finally {
    await database.destroy();
  }
}

/** Picks up half of the secrets, by token and without; the others wait on, sealed. Their tokens are planted too. */
export async function pickUpSecrets(
  witness: Witness,
  planted: Planted,
  token: string,
  receiver: Receiver,
): Promise<void> {
  const tokens = await receiver.until((heard) => {
    const told = pickupTokens(heard);
    return told.size >= KEYS ? told : undefined;
  });
  for (const [index, [id, pickup]] of [...tokens].entries()) {
    planted.plant(PICKUP_TOKEN, pickup);
    if (index % 4 > 1) continue;
    const byToken = { body: { token: pickup }, shows: true } as const;
    const taken =
      index % 4 === 0
        ? await witness.expect(200, 'POST', '/api/v1/keys/pickup', byToken)
        : await witness.expect(200, 'POST', `/api/v1/keys/${id}/pickup`, { token, shows: true });
    planted.plant('picked up key', taken['api_key']);
    await witness.expect(404, 'POST', '/api/v1/keys/pickup', { body: { token: pickup } });
  }
  await witness.call('POST', '/api/v1/keys/pickup', {
    body: { token: [planted.fresh('pick-up token in a wrong place')] },
  });
}

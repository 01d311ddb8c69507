import { pickupTokens, Receiver } from '../../support/receiver.js';
import { type Contest, type Course, expectCount, type Outcome, strangers, withStatus } from '../contest.js';
import { type Key, type Scene } from '../scene.js';
import { authorization } from './rotation.js';

interface WaitingKey extends Key {
  readonly token: string;
}

/** A secret that an automatic rotation made, picked up at once by its token and by the owner of the key: one gets it. */
export const pickUp: Contest = {
  name: 'pick-up',
  open: async (scene, parallel, rounds) => {
    const receiver = await Receiver.start();
    const endpoint = { url: receiver.url, events: ['key.rotated'] };
    const { id } = await scene.admin.expect(201, 'POST', '/api/v1/webhooks', endpoint);
    const keys = await rotatedByThemselves(scene, receiver, rounds);
    return {
      round: () => round(scene, parallel, keys.pop()),
      close: async () => {
        await scene.admin.expect(204, 'DELETE', `/api/v1/webhooks/${String(id)}`);
        receiver.stop();
        return [];
      },
    } satisfies Course;
  },
};

/** Two days pass, of which the keys are told by the database, and the job that runs each minute makes the secrets. */
async function rotatedByThemselves(scene: Scene, receiver: Receiver, count: number): Promise<WaitingKey[]> {
  const keys: Key[] = [];
  while (keys.length < count) keys.push(await scene.newKey({ rotation: { every_days: 1, grace_hours: 1 } }));
  await scene.edit(`
    UPDATE api_key_secrets SET created_at = created_at - interval '2 days'
     WHERE retired_at IS NULL AND key_id IN (SELECT id FROM api_keys WHERE rotate_every_days = 1);
    DELETE FROM job_runs WHERE name = 'rotate_due_keys'`);
  const tokens = await receiver.until((heard) => {
    const told = pickupTokens(heard);
    return keys.every(({ id }) => told.has(id)) ? told : undefined;
  });
  return keys.map((key) => ({ ...key, token: tokens.get(key.id) ?? '' }));
}

async function round(scene: Scene, parallel: number, key: WaitingKey | undefined): Promise<Outcome> {
  if (!key) throw new Error('There are fewer keys than rounds');
  const byToken = { method: 'POST', path: '/api/v1/keys/pickup', body: { token: key.token } };
  const byOwner = { method: 'POST', path: `/api/v1/keys/${key.id}/pickup`, headers: authorization(scene) };
  const ways = [byToken, byOwner];
  const answers = await scene.line.release(
    Array.from({ length: parallel }, (_, index) => ways[Math.floor(index / 2) % 2] ?? byToken),
  );
  const won = withStatus(answers, 200);
  const late = await scene.line.release(ways);
  const faults = [
    ...strangers(answers, ['200', '404 NO_SECRET_WAITING']),
    ...strangers(late, ['404 NO_SECRET_WAITING']),
    ...expectCount('pick-ups', won.length, 1),
  ];
  const actions = (await scene.log(`api_key_id=${key.id}`)).map(({ action }) => action);
  for (const action of ['key_auto_rotated', 'key_secret_picked_up'])
    faults.push(...expectCount(`rows ${action}`, actions.filter((other) => other === action).length, 1));
  const { pending_pickup: pending, secrets } = await scene.key(key.id);
  if (pending !== null) faults.push('a secret waits still');
  const states = secrets.map(({ state }) => state).sort();
  if (states.join() !== 'current,retiring') faults.push(`the live secrets are ${states.join()}`);
  for (const secret of [key.secret, ...won.map(({ body }) => String(body['api_key']))])
    if ((await scene.verifies(secret)).includes(false)) faults.push('the secret picked up, or the one before, fails');
  return { winners: String(won.length), faults };
}

import { isDeepStrictEqual } from 'node:util';
import { type RacedAnswer } from '../answer-reader.js';
import { type Contest, expectCount, type Outcome, strangers, withStatus } from '../contest.js';
import { type Scene } from '../scene.js';
import { type Runner } from '../starting-line.js';

/** Equal creations with one idempotency key: one key is made, and everybody is told the same of it or to come back. */
export const idempotentCreation: Contest = {
  name: 'idempotent creation',
  open: (scene, parallel) => Promise.resolve({ round: () => create(scene, parallel) }),
};

/** The same for rotations. */
export const idempotentRotation: Contest = {
  name: 'idempotent rotation',
  open: (scene, parallel) => Promise.resolve({ round: () => rotate(scene, parallel) }),
};

async function create(scene: Scene, parallel: number): Promise<Outcome> {
  const name = scene.newName();
  const raced = await race(scene, parallel, { path: '/api/v1/keys', body: { name }, status: 201 });
  const { total } = await scene.admin.expect(200, 'GET', `/api/v1/keys?q=${name}`);
  const faults = [...raced.faults, ...expectCount('keys of that name', Number(total), 1)];
  const id = String(raced.answer['id']);
  const made = (await scene.log(`api_key_id=${id}`)).filter(({ action }) => action === 'api_key_created');
  faults.push(...expectCount('rows api_key_created', made.length, 1));
  if ((await scene.verifies(String(raced.answer['api_key']))).includes(false)) faults.push('the key does not verify');
  return { winners: raced.winners, faults };
}

async function rotate(scene: Scene, parallel: number): Promise<Outcome> {
  const { id, secret } = await scene.newKey();
  const body = { grace_period_hours: 1 };
  const raced = await race(scene, parallel, { path: `/api/v1/keys/${id}/rotate`, body, status: 200 });
  const rotated = (await scene.log(`api_key_id=${id}`)).filter(({ action }) => action === 'api_key_rotated');
  const { secrets } = await scene.key(id);
  const faults = [
    ...raced.faults,
    ...expectCount('rows api_key_rotated', rotated.length, 1),
    ...expectCount('live secrets', secrets.length, 2),
  ];
  const { api_key: next } = (raced.answer['new_key'] ?? {}) as Record<string, unknown>;
  for (const good of [secret, String(next)])
    if ((await scene.verifies(good)).includes(false))
      faults.push('a secret in its grace period, or the new one, fails');
  return { winners: raced.winners, faults };
}

interface Raced extends Outcome {
  readonly answer: Record<string, unknown>;
}

async function race(
  scene: Scene,
  parallel: number,
  { path, body, status }: { path: string; body: object; status: number },
): Promise<Raced> {
  const headers = { authorization: `Bearer ${scene.admin.token ?? ''}`, 'idempotency-key': `"${scene.newName()}"` };
  const runner: Runner = { method: 'POST', path, body, headers };
  const answers = await scene.line.release(Array.from({ length: parallel }, () => runner));
  // Once more afterwards, when nobody is in flight any more.
  const [late] = await scene.line.release([runner]);
  const answered = withStatus(answers, status);
  const first = answered.filter((answer) => !isReplay(answer));
  const faults = [
    ...strangers(answers, [String(status), '409 IDEMPOTENCY_IN_FLIGHT']),
    ...expectCount('first answers', first.length, 1),
  ];
  const answer = first[0]?.body ?? {};
  if (answered.some((other) => !isDeepStrictEqual(other.body, answer))) faults.push('two answers differ');
  if (!late || !isReplay(late) || !isDeepStrictEqual(late.body, answer))
    faults.push('a repetition is answered otherwise');
  return { answer, faults, winners: String(first.length) };
}

function isReplay({ headers }: RacedAnswer): boolean {
  return headers['idempotency-replayed'] === 'true';
}

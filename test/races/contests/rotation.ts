import { type RacedAnswer } from '../answer-reader.js';
import { type Contest, expectCount, type Outcome, strangers, withStatus } from '../contest.js';
import { type Key, type Scene } from '../scene.js';
import { type Runner } from '../starting-line.js';

/**
 * Rotations of one key. Each version of the key is rotated by one of them, and those that read the same version are told
 * so; whoever came so late that it read the next version rotates that one.
 */
export const rotateRotate: Contest = {
  name: 'rotate x rotate',
  open: (scene, parallel) => Promise.resolve({ round: () => rotations(scene, parallel) }),
};

/** A key that is rotated and revoked at once: it is revoked once, and none of its secrets works afterwards. */
export const rotateRevoke: Contest = {
  name: 'rotate x revoke',
  open: (scene, parallel) => Promise.resolve({ round: () => rotationsAndRevocations(scene, parallel) }),
};

const CONFLICT = '409 KEY_STATE_CONFLICT';

async function rotations(scene: Scene, parallel: number): Promise<Outcome> {
  const key = await scene.newUsedKey();
  const answers = await scene.line.release(Array.from({ length: parallel }, () => rotation(scene, key)));
  const issued = secretsOf(answers);
  const versions = (await scene.log(`api_key_id=${key.id}`))
    .filter(({ action }) => action === 'api_key_rotated')
    .map(({ metadata }) => Number(metadata?.['secret_version']))
    .sort((a, b) => a - b);
  const faults = [
    ...strangers(answers, ['200', CONFLICT]),
    ...expectCount('different secrets', new Set(issued).size, withStatus(answers, 200).length),
  ];
  const expected = issued.map((_, index) => index + 2);
  if (issued.length === 0) faults.push('nobody won');
  if (versions.join() !== expected.join())
    faults.push(`rows of versions ${versions.join()}, expected ${expected.join()}`);

  const { secrets } = await scene.key(key.id);
  const states = secrets.map(({ state }) => state).sort();
  if (states.join() !== 'current,retiring') faults.push(`the live secrets are ${states.join()}`);
  for (const secret of [key.secret, ...issued]) {
    const isLive = secrets.some(({ key_prefix: prefix }) => secret.startsWith(prefix));
    if (!isLive) faults.push(...(await scene.faultsOfRefusal(secret)));
    else if ((await scene.verifies(secret)).includes(false)) faults.push('a live secret is refused');
  }
  return { winners: String(issued.length), faults };
}

async function rotationsAndRevocations(scene: Scene, parallel: number): Promise<Outcome> {
  const key = await scene.newUsedKey();
  const revocation = revocationOf(scene, key);
  const answers = await scene.line.release(
    Array.from({ length: parallel }, (_, index) => (index % 2 === 0 ? rotation(scene, key) : revocation)),
  );
  const issued = secretsOf(answers);
  const faults = [
    ...strangers(answers, ['200', '204', CONFLICT]),
    ...expectCount('revocations', withStatus(answers, 204).length, 1),
    ...(await faultsOfRevoked(scene, key.id, 'api_key_rotated', issued.length)),
  ];
  for (const secret of [key.secret, ...issued])
    faults.push(...(await scene.faultsOfRefusal(secret, revokedBy(scene, answers))));
  return { winners: `1 revoked, ${issued.length} rotated`, faults };
}

/** A key that was revoked in a race with other changes: one row for each that won, and none after the revocation. */
export async function faultsOfRevoked(scene: Scene, id: string, rival: string, rivalsWon: number): Promise<string[]> {
  const { status, secrets } = await scene.key(id);
  const rows = await scene.log(`api_key_id=${id}`);
  const revoked = rows.filter(({ action }) => action === 'api_key_revoked');
  const rivals = rows.filter(({ action }) => action === rival);
  const faults = [
    ...expectCount('rows api_key_revoked', revoked.length, 1),
    ...expectCount(`rows ${rival}`, rivals.length, rivalsWon),
    ...expectCount('live secrets', secrets.length, 0),
  ];
  if (status !== 'revoked') faults.push(`the key is ${status}`);
  if (rivals.some(({ timestamp }) => timestamp > (revoked[0]?.timestamp ?? '')))
    faults.push(`${rival} after the revocation`);
  return faults;
}

/** Which instance answered the revocation: the requests of a race go to the instances in turn. */
export function revokedBy({ urls }: Scene, answers: readonly RacedAnswer[]): number {
  return answers.findIndex(({ status }) => status === 204) % urls.length;
}

export function revocationOf(scene: Scene, { id }: Key): Runner {
  return { method: 'DELETE', path: `/api/v1/keys/${id}`, headers: authorization(scene) };
}

export function authorization(scene: Scene): Record<string, string> {
  return { authorization: `Bearer ${scene.admin.token ?? ''}` };
}

function rotation(scene: Scene, { id }: Key): Runner {
  return {
    method: 'POST',
    path: `/api/v1/keys/${id}/rotate`,
    body: { grace_period_hours: 1 },
    headers: authorization(scene),
  };
}

function secretsOf(answers: readonly RacedAnswer[]): string[] {
  return withStatus(answers, 200).map(({ body }) => String((body['new_key'] as Record<string, unknown>)['api_key']));
}

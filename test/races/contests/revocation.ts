import { type Contest, expectCount, type Outcome, strangers, withStatus } from '../contest.js';
import { type Scene } from '../scene.js';
import { authorization, faultsOfRevoked, revocationOf, revokedBy } from './rotation.js';

/** A disabled key that is revoked and enabled at once: nothing brings it back. */
export const revokeEnable: Contest = {
  name: 'revoke x enable',
  open: (scene, parallel) => Promise.resolve({ round: () => round(scene, parallel) }),
};

async function round(scene: Scene, parallel: number): Promise<Outcome> {
  const key = await scene.newUsedKey();
  await scene.admin.expect(200, 'POST', `/api/v1/keys/${key.id}/disable`);
  const enabling = { method: 'POST', path: `/api/v1/keys/${key.id}/enable`, headers: authorization(scene) };
  const revocation = revocationOf(scene, key);
  const answers = await scene.line.release(
    Array.from({ length: parallel }, (_, index) => (index % 2 === 0 ? revocation : enabling)),
  );
  const enabled = withStatus(answers, 200).length;
  const faults = [
    ...strangers(answers, ['200', '204', '409 KEY_STATE_CONFLICT']),
    ...expectCount('revocations', withStatus(answers, 204).length, 1),
    ...(enabled > 1 ? [`enabled ${enabled} times`] : []),
    ...(await faultsOfRevoked(scene, key.id, 'api_key_enabled', enabled)),
  ];
  faults.push(...(await scene.faultsOfRefusal(key.secret, revokedBy(scene, answers))));
  return { winners: `1 revoked, ${enabled} enabled before`, faults };
}

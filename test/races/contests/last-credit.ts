import { setTimeout as pause } from 'node:timers/promises';
import { type Contest, expectCount, type Outcome, strangers, withStatus } from '../contest.js';
import { type Key, type Scene } from '../scene.js';

/** Long enough for every use to reach the database from the spool, and to be told of to all instances. */
const STORED_MS_MAX = 60_000;

/** A key that may be used once more, used at once. */
export const lastCredit: Contest = {
  name: 'last credit',
  open: (scene, parallel) => {
    const keys: Key[] = [];
    return Promise.resolve({
      round: () => round(scene, parallel, keys),
      close: () => compareWithLog(scene, parallel, keys),
    });
  },
};

async function round(scene: Scene, parallel: number, keys: Key[]): Promise<Outcome> {
  const key = await scene.newKey({ credits: { remaining: 1 } });
  keys.push(key);
  const use = { method: 'GET', path: '/api/v1/verify', headers: { 'x-api-key': key.secret } };
  const answers = await scene.line.release(Array.from({ length: parallel }, () => use));
  const won = withStatus(answers, 200).length;
  const { credits } = await scene.key(key.id);
  const faults = [
    ...strangers(answers, ['200', '429 API_KEY_USAGE_EXCEEDED']),
    ...expectCount('uses admitted', won, 1),
    ...expectCount('credits left', credits?.remaining ?? -1, 0),
  ];
  return { winners: String(won), faults };
}

/** Uses are stored a little later, and counted after that, so all rounds are compared at once. */
async function compareWithLog(scene: Scene, parallel: number, keys: readonly Key[]): Promise<string[]> {
  const faults: string[] = [];
  const deadline = performance.now() + STORED_MS_MAX;
  for (const { id } of keys) {
    const uses = async () =>
      (await scene.log(`api_key_id=${id}`, 200)).filter(({ action }) => action !== 'api_key_created');
    const look = async () => ({ rows: await uses(), counted: (await scene.key(id)).usage_count });
    let { rows, counted } = await look();
    while ((rows.length < parallel || counted < 1) && performance.now() < deadline) {
      await pause(200);
      ({ rows, counted } = await look());
    }
    const admitted = rows.filter(({ action }) => action === 'api_key_used').length;
    const complaints = [
      ...expectCount('rows of uses', rows.length, parallel),
      ...expectCount('rows api_key_used', admitted, 1),
      ...expectCount('uses counted', counted, 1),
    ];
    faults.push(...complaints.map((complaint) => `${id}: ${complaint}`));
  }
  return faults;
}

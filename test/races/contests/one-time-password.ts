import { ApiClient } from '../../support/api-client.js';
import { type Newcomer } from '../../support/first-admin.js';
import { type Contest, expectCount, type Outcome, strangers, withStatus } from '../contest.js';
import { LASTING_PASSWORD, type Scene } from '../scene.js';
import { StartingLine } from '../starting-line.js';

/** The password of somebody whom an administrator made: the same statement decides as for the first administrator. */
export const oneTimePassword: Contest = {
  name: 'one-time password',
  open: (scene, parallel) =>
    Promise.resolve({
      round: async () => {
        const person = await scene.newPerson('developer');
        return race(scene.line, scene.url, person, parallel, () => scene.log(`user_id=${person.id}`, parallel + 20));
      },
    }),
};

/** The password that a server prints, or the command line, when nobody has an account yet: a new server each round. */
export const firstAdminPassword: Contest = {
  name: 'first admin password',
  oneRoundIn: 50,
  open: (scene, parallel) => Promise.resolve({ round: () => onNewServer(scene, parallel) }),
};

async function onNewServer(scene: Scene, parallel: number): Promise<Outcome> {
  const { urls, person, stop } = await scene.stage.startAnew();
  const line = new StartingLine(urls);
  try {
    const url = urls[0] ?? '';
    return await race(line, url, person, parallel, async (token) => {
      const admin = new ApiClient(url, token);
      const change = { current_password: person.password, new_password: LASTING_PASSWORD };
      await admin.expect(200, 'POST', '/api/v1/auth/change-password', change);
      const { id } = await admin.expect(200, 'GET', '/api/v1/auth/me');
      const { items } = await admin.expect(200, 'GET', `/api/v1/logs?limit=${parallel + 20}&user_id=${String(id)}`);
      return items as { action: string }[];
    });
  } finally {
    line.close();
    await stop();
  }
}

async function race(
  line: StartingLine,
  url: string,
  { email, password }: Newcomer,
  parallel: number,
  readLog: (token: string) => Promise<{ action: string }[]>,
): Promise<Outcome> {
  const attempt = { method: 'POST', path: '/api/v1/auth/login', body: { email, password } };
  const answers = await line.release(Array.from({ length: parallel }, () => attempt));
  const won = withStatus(answers, 200);
  const faults = [...strangers(answers, ['200', '401 INVALID_CREDENTIALS']), ...expectCount('sign-ins', won.length, 1)];
  const { status } = await new ApiClient(url).call('POST', '/api/v1/auth/login', { email, password });
  if (status !== 401) faults.push(`the password answers ${status} afterwards`);
  const rows = await readLog(String(won[0]?.body['access_token']));
  const signedIn = rows.filter(({ action }) => action === 'login_success').length;
  faults.push(...expectCount('rows login_success', signedIn, 1));
  return { winners: String(won.length), faults };
}

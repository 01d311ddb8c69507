import { ApiClient } from '../../support/api-client.js';
import { type Contest, expectCount, type Outcome, strangers, withStatus } from '../contest.js';
import { LASTING_PASSWORD, type Person, type Scene } from '../scene.js';

/**
 * One token of a session, used at once. One use gets the next pair; every other is a replay and ends the session, the
 * winner's part of it included.
 */
export const refreshToken: Contest = {
  name: 'refresh token',
  open: async (scene, parallel) => {
    const username = scene.newName();
    const email = `${username}@example.com`;
    const account = { email, username, password: LASTING_PASSWORD };
    const { id } = await new ApiClient(scene.url).expect(201, 'POST', '/api/v1/auth/register', account);
    const person = { id: String(id), email, password: LASTING_PASSWORD };
    return { round: () => round(scene, parallel, person) };
  },
};

async function round(scene: Scene, parallel: number, { id, email, password }: Person): Promise<Outcome> {
  const visitor = new ApiClient(scene.url);
  const pair = await visitor.expect(200, 'POST', '/api/v1/auth/login', { email, password });
  const use = { method: 'POST', path: '/api/v1/auth/refresh', body: { refresh_token: pair['refresh_token'] } };
  const answers = await scene.line.release(Array.from({ length: parallel }, () => use));

  const won = withStatus(answers, 200);
  const faults = [
    ...strangers(answers, ['200', '401 INVALID_REFRESH_TOKEN']),
    ...expectCount('uses won', won.length, 1),
  ];
  const rows = await scene.log(`user_id=${id}`, 10);
  const sessionId = sessionOf(String(pair['access_token']));
  const ofSession = (action: string) =>
    rows.filter((row) => row.action === action && row.metadata?.['session_id'] === sessionId).length;
  const replays = parallel > 1 ? 1 : 0;
  faults.push(...expectCount('rows token_refreshed', ofSession('token_refreshed'), 1));
  faults.push(...expectCount('rows token_reuse_detected', ofSession('token_reuse_detected'), replays));
  const gone = replays === 1 ? 401 : 200;
  for (const { body } of won) {
    for (const url of scene.urls) {
      const { status } = await new ApiClient(url, String(body['access_token'])).call('GET', '/api/v1/auth/me');
      if (status !== gone) faults.push(`the access token that was won answers ${status} afterwards`);
    }
    const next = { refresh_token: body['refresh_token'] };
    const { status } = await visitor.call('POST', '/api/v1/auth/refresh', next);
    if (status !== gone) faults.push(`the refresh token that was won answers ${status} afterwards`);
  }
  return { winners: String(won.length), faults };
}

/** The session that an access token names. */
function sessionOf(token: string): string {
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(claims) as { sid: string }).sid;
}

import { type ApiClient } from '../../support/api-client.js';
import { type Contest, expectCount, type Outcome, strangers, withStatus } from '../contest.js';
import { LASTING_PASSWORD, type Person, type Scene, signIn } from '../scene.js';
import { type Runner } from '../starting-line.js';

interface Admin extends Person {
  client: ApiClient;
}

/** What takes an administrator away, and what gives them back. */
interface Removal {
  readonly audited: string;
  of(id: string): Omit<Runner, 'headers'>;
  undo(id: string): Omit<Runner, 'headers'>;
}

const DEMOTION: Removal = {
  audited: 'role_updated',
  of: (id) => ({ method: 'PUT', path: `/api/v1/auth/users/${id}/role`, body: { role: 'developer' } }),
  undo: (id) => ({ method: 'PUT', path: `/api/v1/auth/users/${id}/role`, body: { role: 'admin' } }),
};

const DEACTIVATION: Removal = {
  audited: 'user_deactivated',
  of: (id) => ({ method: 'POST', path: `/api/v1/auth/users/${id}/deactivate` }),
  undo: (id) => ({ method: 'POST', path: `/api/v1/auth/users/${id}/activate` }),
};

/** The only two administrators, each taking the role from the other and from themselves at once. One stays. */
export const lastAdminDemotion: Contest = contest('last admin demotion', DEMOTION);

/** The same by shutting out. */
export const lastAdminDeactivation: Contest = contest('last admin deactivation', DEACTIVATION);

function contest(name: string, removal: Removal): Contest {
  return {
    name,
    open: async (scene, parallel) => {
      const pair = [await newAdmin(scene), await newAdmin(scene)] as const;
      const others = await demoteOthers(pair);
      return {
        round: () => round(scene, parallel, pair, removal),
        close: async () => {
          for (const id of others) await act(pair[0].client, DEMOTION.undo(id));
          for (const { id } of pair) await act(scene.admin, DEMOTION.of(id));
          return [];
        },
      };
    },
  };
}

async function round(
  scene: Scene,
  parallel: number,
  pair: readonly [Admin, Admin],
  removal: Removal,
): Promise<Outcome> {
  const [a, b] = pair;
  const attacks = [
    [a, b],
    [b, a],
    [a, a],
    [b, b],
  ] as const;
  const since = new Date().toISOString();
  const answers = await scene.line.release(
    Array.from({ length: parallel }, (_, index) => {
      const [by, of] = attacks[index % attacks.length] ?? attacks[0];
      return { ...removal.of(of.id), headers: { authorization: `Bearer ${by.client.token ?? ''}` } };
    }),
  );
  const faults = strangers(answers, ['200', '401 UNAUTHENTICATED', '403 FORBIDDEN', '409 LAST_ADMIN']);
  const staying: Admin[] = [];
  for (const admin of pair) if (await isAdmin(admin)) staying.push(admin);
  faults.push(...expectCount('administrators left', staying.length, 1));
  const [survivor] = staying;
  if (!survivor) throw new Error('Nobody can administer this server any more');
  const loser = survivor === a ? b : a;

  // Whoever asks for what is so already is answered 200 and changes nothing.
  const hit = new Set(withStatus(answers, 200).map(({ body }) => body['id']));
  if (hit.size !== 1 || !hit.has(loser.id)) faults.push('an answer says that the survivor was removed');
  const rows = await scene.log(`action=${removal.audited}&start_date=${since}`, 100, survivor.client);
  const targets = rows.map(({ metadata }) => metadata?.['target_user_id']);
  if (targets.join() !== loser.id)
    faults.push(`rows ${removal.audited} of ${targets.join()}, expected one of ${loser.id}`);
  await act(survivor.client, removal.undo(loser.id));
  if (removal === DEACTIVATION) loser.client = await signIn(scene.url, loser);
  return { winners: '1 removed, 1 stays', faults };
}

async function newAdmin(scene: Scene): Promise<Admin> {
  const person = await scene.newPerson('admin');
  return { ...person, client: await signIn(scene.url, person, LASTING_PASSWORD), password: LASTING_PASSWORD };
}

/** Returns who was an administrator besides these two. */
async function demoteOthers([{ id, client }, other]: readonly [Admin, Admin]): Promise<string[]> {
  const users = await client.all<{ id: string; role: string; is_active: boolean }>('/api/v1/auth/users', 100);
  const others = users.filter(
    (user) => user.role === 'admin' && user.is_active && user.id !== id && user.id !== other.id,
  );
  for (const user of others) await act(client, DEMOTION.of(user.id));
  return others.map((user) => user.id);
}

async function isAdmin({ client }: Admin): Promise<boolean> {
  const { status, body } = await client.call('GET', '/api/v1/auth/me');
  return status === 200 && body['role'] === 'admin';
}

async function act(client: ApiClient, { method, path, body }: Omit<Runner, 'headers'>): Promise<void> {
  await client.expect(200, method, path, body);
}

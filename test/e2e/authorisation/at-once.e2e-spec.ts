import { TestApp } from '../../support/test-app.js';
import { type Caller, EVERYTHING } from './callers.js';
import type { CallerKind } from './expectation.js';
import { PASSWORD, POLICY } from './policy.js';
import type { Role } from './rule.js';
import { differences, leavesNoMark, Stage } from './stage.js';

let app: TestApp;
let stage: Stage;
let calls = 0;
beforeAll(async () => {
  app = await TestApp.start({ WEBHOOK_ALLOW_PRIVATE: 'true' });
  stage = await Stage.set(app);
});
afterAll(async () => {
  await app.stop();
  process.stdout.write(`authorisation: ${calls} calls by people and keys after something happened to them\n`);
});

/** Somebody who was an admin until it happened, with the token and the key that they had before. */
interface Subject {
  readonly id: string;
  readonly sessionId: string;
  readonly token: string;
  readonly key: string;
}

const NO_LONGER: CallerKind = { kind: 'no token' };
const person = (role: Role): CallerKind => ({ kind: 'person', role });
const key = (role: Role, isOwnerActive = true): CallerKind => ({
  kind: 'key',
  role,
  isOwnerActive,
  permissions: EVERYTHING,
});

const byAdmin = async (method: string, path: string, body?: unknown) => {
  const { credentials } = await stage.callers.person('admin');
  return app.call(method, `/api/v1/auth${path}`, { ...credentials, body });
};
/** In another session of theirs. */
const byThemselves = async ({ id }: Subject, method: string, path: string, body?: unknown) =>
  app.call(method, `/api/v1/auth${path}`, { as: await stage.people.token(id), body });

const EVENTS: [
  what: string,
  happen: (to: Subject) => Promise<{ status: number }>,
  token: CallerKind,
  key: CallerKind,
][] = [
  [
    'is made a developer',
    ({ id }) => byAdmin('PUT', `/users/${id}/role`, { role: 'developer' }),
    person('developer'),
    key('developer'),
  ],
  [
    'is made readonly',
    ({ id }) => byAdmin('PUT', `/users/${id}/role`, { role: 'readonly' }),
    person('readonly'),
    key('readonly'),
  ],
  ['is deactivated', ({ id }) => byAdmin('POST', `/users/${id}/deactivate`), NO_LONGER, key('admin', false)],
  ['was deactivated for a moment', interrupted, NO_LONGER, key('admin')],
  ['signs out elsewhere', (who) => byThemselves(who, 'POST', '/logout'), NO_LONGER, key('admin')],
  ['ends this session', (who) => byThemselves(who, 'DELETE', `/sessions/${who.sessionId}`), NO_LONGER, key('admin')],
  [
    'changes the password elsewhere',
    (who) =>
      byThemselves(who, 'POST', '/change-password', { current_password: PASSWORD, new_password: 'Another-Pass-1' }),
    NO_LONGER,
    key('admin'),
  ],
];

describe.each(EVENTS)('the token and the key of an admin who %s', (_, happen, afterwards, keyAfterwards) => {
  it('may from the very next call on what the policy says, and no more', async () => {
    const subject = await admin();
    expect(await statusesOf(subject)).toEqual([200, 200]);
    expect((await happen(subject)).status).toBeLessThan(300);
    const token = { name: 'token', is: afterwards, ownerId: subject.id, credentials: { as: subject.token } };
    const itsKey = { name: 'key', is: keyAfterwards, ownerId: subject.id, credentials: { key: subject.key } };
    expect(await differencesFor([token, itsKey])).toEqual([]);
  });
});

async function admin(): Promise<Subject> {
  // Whoever shows a token where a key belongs is taken to be guessing, so many times a minute.
  app.clock.advance(60_000);
  const id = await stage.people.stranger(undefined, 'admin');
  const { token, sessionId } = await stage.people.signIn(id);
  const { secret } = await stage.subjects.key(id, { permissions: EVERYTHING });
  return { id, sessionId, token, key: secret };
}

async function interrupted({ id }: Subject): Promise<{ status: number }> {
  await byAdmin('POST', `/users/${id}/deactivate`);
  return byAdmin('POST', `/users/${id}/activate`);
}

function statusesOf({ token, key }: Subject): Promise<number[]> {
  const statuses = [{ as: token }, { key }].map(async (by) => (await app.call('GET', '/api/v1/jobs', by)).status);
  return Promise.all(statuses);
}

/** Asks for every operation, as long as it is to be refused or leaves everything as it is. */
async function differencesFor(callers: readonly Caller[]): Promise<string[]> {
  const found: string[] = [];
  for (const [row, rule] of Object.entries(POLICY)) {
    const cells = stage.cellsOf(row, rule, callers).filter(leavesNoMark);
    calls += cells.length;
    // The log of a key shows for what it was used, and so the ids that it named before.
    await stage.subjects.clear();
    for (const cell of cells) found.push(...differences(await stage.call(cell)).map((each) => `${row}: ${each}`));
  }
  return found;
}

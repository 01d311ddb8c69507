import { type Planted } from './planted.js';
import { type Witness } from './witness.js';

const PEOPLE = 12;

/** An account, and the tokens it goes by. */
interface Account {
  readonly email: string;
  readonly username: string;
  readonly password: string;
}

/**
 * Everything people do with passwords and tokens, mistakes included.
 * @returns the access token of the first administrator.
 */
export async function livePeople(
  witness: Witness,
  planted: Planted,
  firstAdmin: Omit<Account, 'username'>,
): Promise<string> {
  const { token: admin } = await signIn(witness, planted, firstAdmin);
  const lasting = planted.fresh('password of an administrator');
  const change = { current_password: firstAdmin.password, new_password: lasting };
  await witness.expect(200, 'POST', '/api/v1/auth/change-password', { body: change, token: admin });
  for (let index = 0; index < PEOPLE; index++) await livePerson(witness, planted, index);
  for (let index = 0; index < PEOPLE / 2; index++) {
    const person = { email: `made${index}@example.com`, username: `made_${index}`, role: 'developer' };
    const made = await witness.expect(201, 'POST', '/api/v1/auth/users', { body: person, token: admin, shows: true });
    const password = planted.plant('one-time password', made['one_time_password']);
    if (index % 2 === 0) await signIn(witness, planted, { ...person, password });
  }
  await mistakenPeople(witness, planted);
  return admin;
}

async function livePerson(witness: Witness, planted: Planted, index: number): Promise<void> {
  const username = `planted_${index}`;
  const person = { email: `${username}@example.com`, username, password: planted.fresh('password') };
  await witness.expect(201, 'POST', '/api/v1/auth/register', { body: person });
  const wrong = { email: person.email, password: planted.fresh('wrong password') };
  await witness.expect(401, 'POST', '/api/v1/auth/login', { body: wrong });
  const { token, refresh } = await signIn(witness, planted, person);
  if (index % 2 === 1) {
    const current_password = planted.fresh('wrong current password');
    const body = { current_password, new_password: planted.fresh('refused new password') };
    await witness.expect(400, 'POST', '/api/v1/auth/change-password', { body, token });
    return;
  }
  const change = { current_password: person.password, new_password: planted.fresh('changed password') };
  await witness.expect(200, 'POST', '/api/v1/auth/change-password', { body: change, token });
  const next = await witness.expect(200, 'POST', '/api/v1/auth/refresh', {
    body: { refresh_token: refresh },
    shows: true,
  });
  planted.plantSignature('access token', next['access_token']);
  planted.plant('refresh token', next['refresh_token']);
  // Presented again: a replay, which is audited.
  await witness.expect(401, 'POST', '/api/v1/auth/refresh', { body: { refresh_token: refresh } });
}

/** Passwords and tokens in the wrong field, as people and programs put them there. */
async function mistakenPeople(witness: Witness, planted: Planted): Promise<void> {
  const kind = 'password in a wrong place';
  const password = () => planted.fresh(kind);
  const register = { email: 'mistaken@example.com', username: 'mistaken', password: 'Correct-Horse-Battery-9' };
  const attempts: [path: string, body: object][] = [
    ['login', { email: password(), password: password() }],
    ['login', { email: `${password()}@example.com`, password: password() }],
    ['login', { email: 'mistaken@example.com', password: [password()] }],
    ['login', { email: 'mistaken@example.com', password: password(), remember: password() }],
    ['register', { ...register, username: password() }],
    ['register', { ...register, email: password() }],
    ['register', { ...register, password: { is: password() } }],
    ['refresh', { refresh_token: password() }],
    ['refresh', { refresh_token: [planted.fresh('refresh token in a wrong place')] }],
  ];
  for (const [path, body] of attempts) await witness.call('POST', `/api/v1/auth/${path}`, { body });
  const token = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${password()}`;
  await witness.expect(401, 'GET', '/api/v1/auth/me', { token });
}

async function signIn(witness: Witness, planted: Planted, { email, password }: Omit<Account, 'username'>) {
  const body = { email, password };
  const pair = await witness.expect(200, 'POST', '/api/v1/auth/login', { body, shows: true });
  return {
    token: planted.plantSignature('access token', pair['access_token']),
    refresh: planted.plant('refresh token', pair['refresh_token']),
  };
}

import { setTimeout as pause } from 'node:timers/promises';
import { ApiClient } from '../../support/api-client.js';
import { commandedAdmin, printedAdmin } from '../../support/first-admin.js';
import type { ServerOptions, ServerProcess } from '../../support/server-process.js';
import type { Traces } from './traces.js';

const PASSWORD = 'Correct-Horse-Battery-9';
const USERS = '/api/v1/auth/users';
const MAKERS = 8;
const AT_ONCE = 6;

/** Somebody to ask for the erasure, with a password of their own. */
export async function administrator(
  server: ServerProcess,
  options: ServerOptions,
  isOnServer: boolean,
): Promise<ApiClient> {
  const { email, password } = isOnServer ? await commandedAdmin(options) : await printedAdmin(server);
  const login = async (secret: string) => {
    const body = { email, password: secret };
    const { access_token: token } = await new ApiClient(server.url).expect(200, 'POST', '/api/v1/auth/login', body);
    return new ApiClient(server.url, String(token));
  };
  const change = { current_password: password, new_password: PASSWORD };
  await (await login(password)).expect(200, 'POST', '/api/v1/auth/change-password', change);
  return login(PASSWORD);
}

/** A person who does all that leaves something of them behind, and goes on using their keys. */
export class Life {
  uses = 0;
  #using: Promise<unknown> = Promise.resolve();
  #isOver = false;

  private constructor(
    private readonly id: string,
    private readonly secrets: readonly string[],
    private readonly headers: Record<string, string>,
  ) {}

  static async live(url: string, traces: Traces, keys: number): Promise<Life> {
    const headers = { 'x-forwarded-for': traces.address, 'user-agent': traces.agent };
    const at6 = { ...headers, 'x-forwarded-for': traces.address6 };
    const anybody = new ApiClient(url);
    const login = async (email: string, password: string, from = headers) =>
      (await anybody.call('POST', '/api/v1/auth/login', { email, password }, from)).body['access_token'];
    const names = { email: traces.formerEmail, username: traces.username, password: PASSWORD };
    const registered = await anybody.call('POST', '/api/v1/auth/register', names, headers);
    await login(traces.formerEmail, 'Wrong-Password-1', at6);
    const person = new ApiClient(url, String(await login(traces.formerEmail, PASSWORD)));
    await person.call('PUT', '/api/v1/auth/me', { email: traces.email }, headers);
    await login(traces.email, 'Wrong-Password-1', at6);
    const hook = { url: `http://127.0.0.1:9/${traces.username}`, events: ['key.created', 'key.revoked'] };
    await person.call('POST', '/api/v1/webhooks', hook, headers);
    const life = new Life(String(registered.body['id']), await keysOf(person, traces, keys, headers), headers);
    for (const secret of life.secrets) await life.use(url, secret);
    await life.use(url, life.secrets[0] ?? '', at6);
    return life;
  }

  /** Waits for the uses, and for what was noticed about them. */
  async isInTheDatabase(admin: ApiClient): Promise<void> {
    const totalOf = async (path: string) => Number((await admin.expect(200, 'GET', path))['total']);
    while ((await totalOf(`/api/v1/logs?user_id=${this.id}&action=api_key_used`)) < this.secrets.length - 1)
      await pause(200);
    while ((await totalOf('/api/v1/anomalies')) === 0) await pause(200);
  }

  /** Until told to stop, whatever becomes of the server: it has the same address again when it is back. */
  useKeys(url: string): void {
    const users = Array.from({ length: AT_ONCE }, async (_, at) => {
      for (let n = at; !this.#isOver; n += AT_ONCE) {
        const secret = this.secrets[n % this.secrets.length] ?? '';
        await this.use(url, secret).catch(() => pause(50));
      }
    });
    this.#using = Promise.all(users);
  }

  async stopUsing(): Promise<void> {
    this.#isOver = true;
    await this.#using;
  }

  /** @returns the status; 0 when the server was gone before it said one. */
  async erase(admin: ApiClient): Promise<number> {
    return admin.call('POST', `${USERS}/${this.id}/erase`).then(
      ({ status }) => status,
      () => 0,
    );
  }

  progress(admin: ApiClient): Promise<Record<string, unknown>> {
    return admin.expect(200, 'GET', `${USERS}/${this.id}/erasure`);
  }

  private async use(url: string, secret: string, headers = this.headers): Promise<void> {
    const answer = await fetch(`${url}/api/v1/protected/test`, { headers: { ...headers, 'x-api-key': secret } });
    await answer.arrayBuffer();
    this.uses += 1;
  }
}

/** One of them is laid out where nobody should look for one: whoever uses it is told of. */
async function keysOf(person: ApiClient, traces: Traces, count: number, headers: Record<string, string>) {
  const about = {
    name: traces.keyName,
    description: `of ${traces.username}`,
    external_id: traces.keyName,
    tags: [traces.keyName],
    meta: { of: traces.email },
  };
  const secrets: string[] = [];
  let made = 0;
  const make = async () => {
    for (let n = made++; n < count; n = made++) {
      const body = { ...about, is_canary: n === 0 };
      const idempotency = { 'idempotency-key': `${traces.username}-${n}` };
      const { body: key } = await person.call('POST', '/api/v1/keys', body, { ...headers, ...idempotency });
      secrets.push(String(key['api_key']));
    }
  };
  await Promise.all(Array.from({ length: MAKERS }, make));
  return secrets;
}

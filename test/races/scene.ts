import { ApiClient } from '../support/api-client.js';
import { type Newcomer } from '../support/first-admin.js';
import { StartingLine } from './starting-line.js';

/** How late an instance may learn of the end of a secret that another one answered. */
const KNOWN_EVERYWHERE_MS = 1_000;

export interface LogRow {
  readonly action: string;
  readonly timestamp: string;
  readonly api_key_id: string | null;
  readonly user_id: string | null;
  readonly metadata: Record<string, unknown> | null;
}

export interface Key {
  readonly id: string;
  readonly secret: string;
}

export interface ShownKey {
  readonly status: string;
  readonly usage_count: number;
  readonly credits: { readonly remaining: number } | null;
  readonly pending_pickup: object | null;
  readonly secrets: readonly { readonly key_prefix: string; readonly state: 'current' | 'retiring' }[];
}

export interface Person extends Newcomer {
  readonly id: string;
}

/** What a scene asks of whoever runs the instances. */
export interface Stage {
  /** A server on which nobody has an account, or on a shared one somebody who has never signed in. */
  startAnew(): Promise<{ urls: readonly string[]; person: Newcomer; stop: () => Promise<void> }>;
  /** Changes rows as only time does. */
  edit(sql: string): Promise<void>;
}

/** The running instances, and an administrator who prepares the rounds and looks at what became of them. */
export class Scene {
  readonly line: StartingLine;
  private names = 0;

  constructor(
    readonly urls: readonly string[],
    public admin: ApiClient,
    readonly stage: Stage,
    /** Makes the names of two runs on one database differ. */
    private readonly run: string,
  ) {
    this.line = new StartingLine(urls);
  }

  newName(): string {
    return `race_${this.run}_${++this.names}`;
  }

  /** Makes rows older than they are, for what is due after days. */
  async edit(sql: string): Promise<void> {
    this.line.close();
    await this.stage.edit(sql);
  }

  get url(): string {
    return this.urls[0] ?? '';
  }

  /** Of the administrator, with limits that no race reaches. */
  async newKey(fields: object = {}): Promise<Key> {
    const limits = { rate_limit_per_minute: 10_000, rate_limit_per_hour: 100_000, rate_limit_per_day: 1_000_000 };
    const made = await this.admin.expect(201, 'POST', '/api/v1/keys', { name: this.newName(), ...limits, ...fields });
    return { id: String(made['id']), secret: String(made['api_key']) };
  }

  /** A key that every instance has just admitted, and may remember. */
  async newUsedKey(): Promise<Key> {
    const key = await this.newKey();
    if ((await this.verifies(key.secret)).includes(false)) throw new Error('A new key does not verify');
    return key;
  }

  async key(id: string): Promise<ShownKey> {
    return (await this.admin.expect(200, 'GET', `/api/v1/keys/${id}`)) as unknown as ShownKey;
  }

  /** An account with a password for one sign-in. */
  async newPerson(role: string): Promise<Person> {
    const username = this.newName();
    const body = { email: `${username}@example.com`, username, role };
    const made = await this.admin.expect(201, 'POST', '/api/v1/auth/users', body);
    return { id: String(made['id']), email: body.email, password: String(made['one_time_password']) };
  }

  /** The newest entries of the log that match. */
  async log(filter: string, limit = 100, reader = this.admin): Promise<LogRow[]> {
    const page = await reader.expect(200, 'GET', `/api/v1/logs?limit=${limit}&${filter}`);
    return page['items'] as LogRow[];
  }

  /**
   * What is wrong with how a secret is refused that is good no longer: the instance that answered its end does so at
   * once, the others within the second that the contract gives them, and none accepts it again.
   * @param answeredBy which instance ended it, where that is known.
   */
  async faultsOfRefusal(secret: string, answeredBy = -1): Promise<string[]> {
    const endedAt = performance.now();
    let accepted = await this.verifies(secret);
    if (accepted[answeredBy]) return ['the instance that ended a secret accepts it'];
    while (accepted.includes(true)) {
      const isTooLate = performance.now() - endedAt > KNOWN_EVERYWHERE_MS;
      const before = accepted;
      accepted = await this.verifies(secret);
      if (accepted.some((isGood, index) => isGood && !before[index]))
        return ['a secret that was refused is accepted again'];
      if (isTooLate && accepted.includes(true)) return ['a secret is accepted a second after its end'];
    }
    return [];
  }

  /** Whether a secret is good, asked of every instance. */
  async verifies(secret: string): Promise<boolean[]> {
    return Promise.all(
      this.urls.map(async (url) => {
        const { status, body } = await new ApiClient(url).call('GET', '/api/v1/verify', undefined, {
          'x-api-key': secret,
        });
        if (status !== 200 && status !== 401)
          throw new Error(`GET /verify answered ${status}: ${JSON.stringify(body)}`);
        return status === 200;
      }),
    );
  }
}

/** Signs in, and replaces the password if it was for this one time. */
export async function signIn(url: string, { email, password }: Newcomer, lasting?: string): Promise<ApiClient> {
  const { access_token: token } = await new ApiClient(url).expect(200, 'POST', '/api/v1/auth/login', {
    email,
    password,
  });
  const client = new ApiClient(url, String(token));
  if (lasting === undefined) return client;
  await client.expect(200, 'POST', '/api/v1/auth/change-password', {
    current_password: password,
    new_password: lasting,
  });
  return client;
}

/** A password that says nothing of its owner. */
export const LASTING_PASSWORD = 'Correct-Horse-Battery-9';

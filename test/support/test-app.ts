import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { ManualClock } from '#domain';
import { createApp } from '../../apps/api/src/app.setup.js';
import type { Role } from '../../apps/api/src/access/role.js';
import { Config } from '../../apps/api/src/config/config.js';
import { parseEnv } from '../../apps/api/src/config/env.js';
import type { Secrets } from '../../apps/api/src/config/secrets.js';
import { SERVER_LIMITS, type ServerLimits } from '../../apps/api/src/http/server-limits.js';
import { UsageIngest } from '../../apps/api/src/usage/usage-ingest.js';
import { DeliveryPump } from '../../apps/api/src/webhooks/deliveries/delivery-pump.js';
import { PASSWORD, register, signIn } from './enter-person.js';
import { openTestDatabase, type TestDatabase } from './test-database.js';

/** Midday UTC, so that moving the clock by hours does not change the day by accident. */
const START = Date.UTC(2026, 10, 22, 12);

const DEFAULTS = {
  NODE_ENV: 'test',
  HOST: '127.0.0.1',
  PORT: '0',
  // Access tokens outlive a test that moves the clock by hours; tests of their expiry say so.
  ACCESS_TOKEN_EXPIRE_MINUTES: '1440',
  // Everybody in a test has the same address, and time stands still.
  SIGN_IN_LIMIT_PER_MINUTE: '100000',
};

export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
  readonly text: string;
}

export interface Call {
  readonly body?: unknown;
  /** An access token. */
  readonly as?: string;
  /** An API key, sent as X-API-Key. */
  readonly key?: string;
  readonly headers?: Record<string, string>;
}

/** A person with a running session. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
  readonly refreshToken: string;
}

export interface StartOptions {
  readonly limits?: Partial<ServerLimits>;
  /** Keeps the database where `restart` finds it again. */
  readonly canRestart?: boolean;
  /** Those of another application that it is an instance of. */
  readonly secrets?: Secrets;
}

/** The whole application on a database of its own, on a real port, with a clock that only tests move. */
export class TestApp {
  nest: NestFastifyApplication;
  url: string;
  private config: Config;
  private database: TestDatabase;
  private people = 0;

  private constructor(
    private readonly env: Record<string, string>,
    private readonly limits: Partial<ServerLimits> = {},
    private readonly secrets = newSecrets(),
    readonly clock = new ManualClock(START),
  ) {}

  /** The application of a file or a describe: started before its other hooks and its tests, stopped after them. */
  static forTests(env: Record<string, string> = {}, options: StartOptions = {}): TestApp {
    const app = new TestApp(env, options.limits, options.secrets);
    beforeAll(async () => {
      await app.open(await databaseFor(options));
    });
    afterAll(() => app.stop());
    return app;
  }

  /** An application that its caller stops. */
  static async start(env: Record<string, string> = {}, options: StartOptions = {}): Promise<TestApp> {
    return new TestApp(env, options.limits, options.secrets).open(await databaseFor(options));
  }

  /**
   * Another instance beside this one: same database, secrets and time, its own port and folder. Only on a server: the
   * embedded database belongs to one process. It is to be stopped first.
   */
  async another(): Promise<TestApp> {
    const database = { settings: this.database.settings, close: () => Promise.resolve() };
    return new TestApp(this.env, this.limits, this.secrets, this.clock).open(database);
  }

  /** Ends the application as an operator would and starts it anew: same database, secrets and time, another port. */
  async restart(): Promise<void> {
    await this.nest.close();
    await this.boot();
  }

  async stop(): Promise<void> {
    await this.nest.close();
    await this.database.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  get dataDir(): string {
    return this.config.database.dataDir;
  }

  get dataSource(): DataSource {
    return this.nest.get(DataSource);
  }

  async call<Body = Record<string, unknown>>(method: string, path: string, call: Call = {}): Promise<Answer<Body>> {
    const response = await fetch(this.url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(call.body !== undefined && { 'content-type': 'application/json' }),
        ...(call.as !== undefined && { authorization: `Bearer ${call.as}` }),
        ...(call.key !== undefined && { 'x-api-key': call.key }),
        ...call.headers,
      },
      ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
    });
    const text = await response.text();
    const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, text, body: (isJson ? JSON.parse(text) : {}) as Body };
  }

  /** Somebody new, with a session that runs. */
  async person(role: Role = 'developer'): Promise<Person> {
    const { id, email } = await register(this.nest, `person_${++this.people}`, role);
    return { id, email, password: PASSWORD, ...(await signIn(this.nest, id)) };
  }

  /** The same person with a session that begins now, for when time has ended the one before. */
  async signedIn(person: Person): Promise<Person> {
    return { ...person, ...(await signIn(this.nest, person.id)) };
  }

  /** Issues a key and answers its id and secret. */
  async key(person: Person, body: Record<string, unknown> = {}): Promise<{ id: string; secret: string }> {
    const { body: key } = await this.call('POST', '/api/v1/keys', {
      as: person.token,
      body: { name: 'test', ...body },
    });
    return { id: String(key.id), secret: String(key.api_key) };
  }

  /** Brings everything that verifications left behind into the database. */
  async ingest(): Promise<void> {
    await this.nest.get(UsageIngest).drain();
  }

  /** Tells every webhook endpoint what it is to be told by now. */
  async deliver(): Promise<void> {
    await this.nest.get(DeliveryPump).deliverDue();
  }

  private async open(database: TestDatabase): Promise<this> {
    const dataDir = mkdtempSync(join(tmpdir(), 'akm-e2e-'));
    this.config = new Config(parseEnv({ ...DEFAULTS, DATA_DIR: dataDir, ...this.env }), this.secrets);
    this.database = database;
    try {
      await this.boot();
    } catch (error) {
      // What a refused start leaves open would keep the whole run of the tests from ending. The refusal is what counts.
      await this.stop().catch(() => undefined);
      throw error;
    }
    return this;
  }

  private async boot(): Promise<void> {
    this.nest = await createApp({
      config: this.config,
      clock: this.clock,
      database: this.database.settings,
      logger: false,
      limits: { ...SERVER_LIMITS, ...this.limits },
    });
    await this.nest.listen(0, '127.0.0.1');
    this.url = await this.nest.getUrl();
  }
}

function databaseFor({ canRestart = false }: StartOptions): Promise<TestDatabase> {
  return openTestDatabase({ outlivesProcess: canRestart });
}

export function newSecrets(): Secrets {
  const secret = () => [randomBytes(32).toString('base64url')];
  return { jwt: secret(), masterEncryption: secret() };
}

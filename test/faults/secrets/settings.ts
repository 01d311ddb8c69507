import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { ApiClient } from '../../support/api-client.js';
import { runToEnd, type ServerOptions, ServerProcess } from '../../support/server-process.js';
import { type Planted } from './planted.js';

/** In the environment of the process because its operator put it there, and to be found nowhere else. */
export const CONFIGURED = /^configured /;

export interface Surroundings {
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly webhookUrl: string;
}

/** What the server is started with; with a server database that includes the secrets it would not make by itself. */
export function settingsOf(
  planted: Planted,
  { databaseUrl, redisUrl, webhookUrl }: Surroundings,
): Record<string, string> {
  return {
    LOG_LEVEL: 'trace',
    LOG_FORMAT: 'json',
    REGISTRATION: 'open',
    WEBHOOK_ALLOW_PRIVATE: 'true',
    WEBHOOK_URL: webhookUrl,
    WEBHOOK_SECRET: webhookSecret(planted),
    ...(redisUrl !== null && { REDIS_URL: redisUrl }),
    ...(databaseUrl !== null && {
      DATABASE_URL: withPassword(databaseUrl, planted.fresh('configured DATABASE_URL password')),
      JWT_SECRET_KEY: [1, 2].map(() => planted.fresh('configured JWT_SECRET_KEY')).join(),
      MASTER_ENCRYPTION_KEY: [1, 2].map(() => planted.fresh('configured MASTER_ENCRYPTION_KEY')).join(),
    }),
  };
}

/** What a start on an empty folder has made: in secrets.env, and to be found nowhere else. */
export function plantGenerated(planted: Planted, dataDir: string): void {
  const file = join(dataDir, 'secrets.env');
  if (!existsSync(file)) return;
  for (const [name, value] of Object.entries(parseEnv(readFileSync(file, 'utf8')))) {
    planted.plant(`generated ${name}`, value);
    planted.plantDecoded(`generated ${name}, decoded`, value ?? '');
  }
}

/**
 * Starts that must fail, each with a secret in what is wrong.
 * @returns what they said.
 */
export async function refusedStarts(planted: Planted, options: ServerOptions): Promise<string[]> {
  const secret = (name: string) => planted.fresh(`configured ${name}, refused`);
  const wrong: Record<string, string>[] = [
    { DATABASE_URL: `postgres://akm:${secret('DATABASE_URL')}@127.0.0.1:1/akm` },
    { DATABASE_URL: `postgres//akm:${secret('DATABASE_URL')}@127.0.0.1/akm` },
    { REDIS_URL: `redis//:${secret('REDIS_URL')}@127.0.0.1` },
    { JWT_SECRET_KEY: secret('JWT_SECRET_KEY').slice(0, 30), MASTER_ENCRYPTION_KEY: 'short' },
    { MASTER_ENCRYPTION_KEY: secret('MASTER_ENCRYPTION_KEY') },
    { WEBHOOK_SECRET: `whsec_${secret('WEBHOOK_SECRET')}` },
    { PORT: secret('PORT'), LOG_LEVEL: secret('LOG_LEVEL'), TRUST_PROXY: secret('TRUST_PROXY') },
  ];
  const said: string[] = [];
  for (const env of wrong) {
    const { exitCode, output } = await runToEnd('api', [], { ...options, env: { ...options.env, ...env } });
    if (exitCode === 0) throw new Error(`A start with a wrong ${Object.keys(env).join()} ended with 0`);
    said.push(output);
  }
  return said;
}

/** Runs while Redis refuses the password, and on the command line. @returns what was said. */
export async function troubledRuns(
  planted: Planted,
  options: ServerOptions,
  redisPort: number | null,
): Promise<string[]> {
  const said: string[] = [];
  for (const command of ['status', 'rotate']) {
    const { exitCode, output } = await runToEnd('cli', ['master-key', command], options);
    if (exitCode !== 0) throw new Error(`akm master-key ${command} failed:\n${output}`);
    said.push(output);
  }
  if (redisPort === null) return said;
  const wrong = planted.fresh('configured REDIS_URL password, wrong');
  const env = { ...options.env, REDIS_URL: `redis://:${wrong}@127.0.0.1:${redisPort}` };
  const server = await ServerProcess.start({ ...options, env });
  const nobody = { email: 'nobody@example.com', password: 'Correct-Horse-Battery-9' };
  await new ApiClient(server.url).call('POST', '/api/v1/auth/login', nobody);
  await server.said(/"context":"RateLimit"/);
  await server.stop();
  return [...said, server.output];
}

function withPassword(databaseUrl: string, password: string): string {
  const url = new URL(databaseUrl);
  url.password = password;
  return url.href;
}

function webhookSecret(planted: Planted): string {
  const base64 = randomBytes(32).toString('base64');
  planted.plantDecoded('configured WEBHOOK_SECRET, decoded', base64);
  return `whsec_${planted.plant('configured WEBHOOK_SECRET', base64)}`;
}

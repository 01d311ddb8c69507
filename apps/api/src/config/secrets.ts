import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv as parseDotEnv } from 'node:util';
import { ConfigurationError } from './configuration-error.js';

const NAMES = ['JWT_SECRET_KEY', 'MASTER_ENCRYPTION_KEY'] as const;
type SecretName = (typeof NAMES)[number];

/** Minimum length of a secret in UTF-8 bytes: the output size of SHA-256 (RFC 7518 §3.2 asks the same of HS256 keys). */
const MIN_BYTES = 32;

/** Fragments that betray a secret copied from a README, an example or a habit. */
const WELL_KNOWN = /change-?_?me|changeit|secret-?key|your-|example|password|insecure|default|placeholder|0123456789/i;

export interface Secrets {
  readonly jwt: readonly string[];
  readonly masterEncryption: readonly string[];
}

/**
 * The secrets akm runs with: from the environment, or, on the embedded start only, generated once into
 * `DATA_DIR/secrets.env` and reused.
 * @param mayGenerate false in production and with a server database: there a lost file would mean lost data.
 * @throws ConfigurationError naming every missing, short, well-known or repeated secret, never its value.
 */
export function loadSecrets(
  env: Partial<Record<SecretName, string | undefined>>,
  dataDir: string,
  mayGenerate: boolean,
): Secrets {
  const stored = mayGenerate ? storedSecrets(dataDir, env) : {};
  const lists = Object.fromEntries(NAMES.map((name) => [name, split(env[name] ?? stored[name])])) as Record<
    SecretName,
    string[]
  >;
  const lost = mayGenerate && lists.MASTER_ENCRYPTION_KEY.length === 0;
  const problems = lost ? [LOST] : NAMES.flatMap((name) => weaknesses(name, lists[name]));
  const all = NAMES.flatMap((name) => lists[name]);
  if (new Set(all).size < all.length) problems.push(`${NAMES.join(', ')}: must all be different`);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { jwt: lists.JWT_SECRET_KEY, masterEncryption: lists.MASTER_ENCRYPTION_KEY };
}

const LOST =
  'MASTER_ENCRYPTION_KEY: is missing, and the database in DATA_DIR is sealed with it (nothing was written; put ' +
  'secrets.env back from a backup, or set the variable)';

const HOW_TO_MAKE = '(make one with: openssl rand -base64 48)';

function split(text: string | undefined): string[] {
  return (text ?? '').split(',').flatMap((item) => item.trim() || []);
}

function weaknesses(name: SecretName, secrets: string[]): string[] {
  if (secrets.length === 0) return [`${name}: is missing ${HOW_TO_MAKE}`];
  const found: string[] = [];
  if (secrets.some((secret) => Buffer.byteLength(secret) < MIN_BYTES))
    found.push(`${name}: is shorter than ${MIN_BYTES} bytes ${HOW_TO_MAKE}`);
  if (secrets.some((secret) => WELL_KNOWN.test(secret) || new Set(secret).size < 8))
    found.push(`${name}: is well known or guessable ${HOW_TO_MAKE}`);
  return found;
}

/** Reads `DATA_DIR/secrets.env`, first adding whatever neither it nor the environment has. */
function storedSecrets(
  dataDir: string,
  env: Partial<Record<SecretName, string | undefined>>,
): Partial<Record<string, string>> {
  const file = join(dataDir, 'secrets.env');
  const stored: Partial<Record<string, string>> = existsSync(file) ? parseDotEnv(readFileSync(file, 'utf8')) : {};
  const missing = NAMES.filter((name) => !env[name] && !stored[name]);
  if (missing.length === 0 || (missing.includes('MASTER_ENCRYPTION_KEY') && hasDatabase(dataDir))) return stored;
  const complete = {
    ...stored,
    ...Object.fromEntries(missing.map((name) => [name, randomBytes(48).toString('base64url')])),
  };
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeDurably(
    file,
    Object.entries(complete)
      .map(([name, value]) => `${name}=${value ?? ''}\n`)
      .join(''),
  );
  return complete;
}

/** Whether there is something already that a new master key would not open. */
export function hasDatabase(dataDir: string): boolean {
  return existsSync(join(dataDir, 'pgdata'));
}

/** A half-written secrets file would lock the data it protects away for ever, hence write beside, sync, rename. */
function writeDurably(file: string, text: string): void {
  const descriptor = openSync(`${file}.new`, 'w', 0o600);
  writeSync(descriptor, text);
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(`${file}.new`, file);
}

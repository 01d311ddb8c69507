import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { WARNING_DAYS } from '#domain';
import { dataDirFault } from './data-dir.js';
import { type Env, parseEnv } from './env.js';
import { hasDatabase, loadSecrets, type Secrets } from './secrets.js';
import { StartRefusal } from './start-refusal.js';

export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  /** Proxies believed about the client's address, as addresses or CIDRs. Empty: nobody is. */
  readonly trustProxy: readonly string[];
  readonly corsOrigins: readonly string[];
}

export interface DatabaseConfig {
  /** A PostgreSQL URL; null means the embedded database in `dataDir`. */
  readonly url: string | null;
  readonly dataDir: string;
}

export interface AuthConfig {
  readonly accessTokenMs: number;
  readonly refreshTokenMs: number;
  readonly registration: 'open' | 'closed';
  readonly maxLoginAttempts: number;
  readonly lockoutMs: number;
  /** For each address, and for each account. */
  readonly signInsPerMinute: number;
}

export interface KeysConfig {
  readonly ratePerMinute: number;
  readonly ratePerHour: number;
  readonly ratePerDay: number;
  /** How many secrets the cache of keys holds at most. */
  readonly cacheSize: number;
  readonly expiryDays: number;
  readonly graceHours: number;
  /** Whether keys with a rotation policy are rotated by themselves. */
  readonly isAutoRotationOn: boolean;
  /** Days before the expiry of a key on which its owner is warned. */
  readonly warningDays: readonly number[];
}

export interface LimitsConfig {
  /** Where limits are shared between instances; null: each has its own. */
  readonly redisUrl: string | null;
  /** Share of a limit that each instance grants while Redis is away: above 0, at most 1. */
  readonly localShare: number;
}

export interface UsageConfig {
  /** The folder in `dataDir` where uses lie until they are stored. */
  readonly spoolPath: string;
  /** What may lie there. */
  readonly spoolBytesMax: number;
  readonly whenFull: 'drop' | 'refuse';
  /** How long events are kept at least. */
  readonly retentionMs: number;
}

export interface AnomalyConfig {
  /** Whether uses of keys are watched. */
  readonly isOn: boolean;
  /** Each step above 3 asks for a tenth of the false alerts, each below for ten times as many. */
  readonly threshold: number;
}

/** MMDB files that say more about addresses; null: nothing is known. */
export interface GeoConfig {
  readonly countryFile: string | null;
  readonly providerFile: string | null;
}

export interface WebhooksConfig {
  /** Whether loopback, private and link-local addresses may be sent to. */
  readonly allowPrivate: boolean;
  readonly httpsOnly: boolean;
  /** For one attempt, from the name of the host to the end of the answer. */
  readonly timeoutMs: number;
  /** The endpoint of WEBHOOK_URL. */
  readonly configured: { readonly url: string; readonly secrets: readonly string[] } | null;
}

export interface JobsConfig {
  /** Whether jobs start by themselves; tests start them by hand. */
  readonly areTicking: boolean;
}

export interface MetricsConfig {
  /** Each of them opens the metrics; empty: only the machine itself may read them. */
  readonly tokens: readonly string[];
}

export interface LogConfig {
  /** Whether each request has a line of its own. */
  readonly hasRequests: boolean;
  readonly level: Env['LOG_LEVEL'];
  readonly format: 'json' | 'pretty';
  /** What is kept of addresses wherever one is stored. */
  readonly addresses: Env['LOG_ADDRESSES'];
  /** How long changes are kept at least; null: for ever. */
  readonly changesKeptMs: number | null;
}

/** Everything that was decided before the start, parsed once. The class is the injection token. */
export class Config {
  readonly production: boolean;
  /** Nobody gave it a server or said production: it makes what it needs, secrets and the first administrator. */
  readonly isSelfContained: boolean;
  readonly http: HttpConfig;
  readonly database: DatabaseConfig;
  readonly secrets: Secrets;
  readonly auth: AuthConfig;
  readonly keys: KeysConfig;
  readonly limits: LimitsConfig;
  readonly usage: UsageConfig;
  readonly anomaly: AnomalyConfig;
  readonly geo: GeoConfig;
  readonly webhooks: WebhooksConfig;
  readonly jobs: JobsConfig;
  readonly metrics: MetricsConfig;
  readonly log: LogConfig;

  constructor(env: Env, secrets: Secrets) {
    this.production = env.NODE_ENV === 'production';
    this.isSelfContained = isSelfContained(env);
    this.http = { host: env.HOST, port: env.PORT, trustProxy: env.TRUST_PROXY, corsOrigins: env.CORS_ORIGINS };
    this.database = { url: env.DATABASE_URL ?? null, dataDir: env.DATA_DIR };
    this.secrets = secrets;
    this.auth = {
      accessTokenMs: env.ACCESS_TOKEN_EXPIRE_MINUTES * MINUTE_MS,
      refreshTokenMs: env.REFRESH_TOKEN_EXPIRE_DAYS * DAY_MS,
      registration: env.REGISTRATION ?? (this.production ? 'closed' : 'open'),
      maxLoginAttempts: env.MAX_LOGIN_ATTEMPTS,
      lockoutMs: env.LOCKOUT_DURATION_MINUTES * MINUTE_MS,
      signInsPerMinute: env.SIGN_IN_LIMIT_PER_MINUTE,
    };
    this.keys = {
      ratePerMinute: env.RATE_LIMIT_PER_MINUTE,
      ratePerHour: env.RATE_LIMIT_PER_HOUR,
      ratePerDay: env.RATE_LIMIT_PER_DAY,
      cacheSize: env.KEY_CACHE_SIZE,
      expiryDays: env.DEFAULT_KEY_EXPIRY_DAYS,
      graceHours: env.GRACE_PERIOD_HOURS,
      isAutoRotationOn: env.AUTO_ROTATION_ENABLED,
      warningDays: [...new Set([...WARNING_DAYS, env.ROTATION_WARNING_DAYS])],
    };
    this.limits = { redisUrl: env.REDIS_URL ?? null, localShare: env.RATE_LIMIT_LOCAL_PERCENT / 100 };
    this.usage = {
      spoolPath: join(env.DATA_DIR, 'spool'),
      spoolBytesMax: env.USAGE_SPOOL_MAX_MB * MEGABYTE,
      whenFull: env.USAGE_SPOOL_WHEN_FULL,
      retentionMs: env.USAGE_RETENTION_DAYS * DAY_MS,
    };
    this.anomaly = { isOn: env.ANOMALY_DETECTION_ENABLED, threshold: env.ANOMALY_THRESHOLD };
    this.geo = { countryFile: env.GEO_COUNTRY_DB ?? null, providerFile: env.GEO_ASN_DB ?? null };
    this.webhooks = {
      allowPrivate: env.WEBHOOK_ALLOW_PRIVATE,
      httpsOnly: env.WEBHOOK_HTTPS_ONLY ?? this.production,
      timeoutMs: env.WEBHOOK_TIMEOUT_SECONDS * SECOND_MS,
      configured: env.WEBHOOK_URL === undefined ? null : { url: env.WEBHOOK_URL, secrets: env.WEBHOOK_SECRET },
    };
    this.jobs = { areTicking: env.NODE_ENV !== 'test' };
    this.metrics = { tokens: env.METRICS_TOKEN };
    this.log = {
      hasRequests: env.ACCESS_LOG,
      level: env.LOG_LEVEL,
      format: env.LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json'),
      addresses: env.LOG_ADDRESSES,
      changesKeptMs: env.AUDIT_RETENTION_DAYS === undefined ? null : env.AUDIT_RETENTION_DAYS * DAY_MS,
    };
  }
}

/**
 * Reads `.env` when present, then the environment (which wins), then the secrets.
 * @param options.mayBegin whether a first start is meant: false refuses a DATA_DIR in which there is no database yet.
 * @throws ConfigurationError that lists every bad variable by name.
 * @throws StartRefusal when there is no database and none may be made.
 */
export function loadConfig({ mayBegin = true } = {}): Config {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const env = parseEnv(process.env);
  if (!mayBegin && env.DATABASE_URL === undefined && !hasDatabase(env.DATA_DIR)) throw new StartRefusal(NO_DATABASE);
  try {
    return new Config(env, loadSecrets(env, env.DATA_DIR, isSelfContained(env)));
  } catch (error) {
    throw dataDirFault(error, env.DATA_DIR) ?? error;
  }
}

const NO_DATABASE =
  'There is no database in DATA_DIR yet, and none was made. Start akm once first, or set DATA_DIR or DATABASE_URL to ' +
  'where its database is.';

function isSelfContained(env: Env): boolean {
  return env.NODE_ENV !== 'production' && env.DATABASE_URL === undefined;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MEGABYTE = 1_000_000;

import { isIP } from 'node:net';
import { z } from 'zod';
import { ConfigurationError } from './configuration-error.js';

const anyInteger = (min: number, max: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().min(min).max(max));
const integer = (min: number, max: number, fallback: number) => anyInteger(min, max).default(fallback);

const decimal = (min: number, max: number, fallback: number) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number')
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .default(fallback);

/** Comma-separated. An entry that is wrong is named by its place, never by its text. */
const list = (isRight: (entry: string) => boolean, wanted: string) =>
  z
    .string()
    .transform((text) => text.split(',').flatMap((item) => item.trim() || []))
    .superRefine((entries, context) => {
      entries.forEach((entry, index) => {
        if (!isRight(entry)) context.addIssue({ code: 'custom', message: `entry ${index + 1} must be ${wanted}` });
      });
    })
    .default([]);

/** As the Standard Webhooks write it. The pattern is strict because Node's decoder skips what is not base64. */
const WEBHOOK_SECRET = /^whsec_((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/;

function isWebhookSecret(text: string): boolean {
  const bytes = Buffer.from(WEBHOOK_SECRET.exec(text)?.[1] ?? '', 'base64').length;
  return bytes >= 24 && bytes <= 64;
}

/** Long enough not to be guessed, and what fits into a header as it is. */
function isToken(text: string): boolean {
  return /^[\x21-\x7e]{24,512}$/.test(text);
}

const boolean = () => z.enum(['true', 'false']).transform((text) => text === 'true');

/**
 * Every environment variable akm reads, with its default and its meaning. `.env.example` is this table in another
 * form; a test keeps the two equal. Secrets are checked apart, in secrets.ts, because what is allowed depends on where
 * akm runs.
 */
export const envSchema = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('production: no secret is generated, no password is printed, registration is closed'),
  HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on; 0.0.0.0 for every interface'),
  PORT: integer(0, 65_535, 8000).describe('Port to listen on; 0 picks a free one'),
  DATA_DIR: z.string().min(1).default('./data').describe('Where the embedded database and generated secrets live'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' })
    .optional()
    .describe('A PostgreSQL server (15 or newer); without it the embedded database in DATA_DIR is used'),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// URL' })
    .optional()
    .describe('A Redis through which several instances share rate limits'),
  RATE_LIMIT_LOCAL_PERCENT: integer(1, 100, 50).describe(
    'Share of every limit that each instance grants while Redis is away',
  ),
  JWT_SECRET_KEY: z.string().optional().describe('Signs access tokens; comma-separated, the first is current'),
  MASTER_ENCRYPTION_KEY: z
    .string()
    .optional()
    .describe('Root of encryption at rest; comma-separated, the first is current'),
  ACCESS_TOKEN_EXPIRE_MINUTES: integer(1, 1440, 30).describe('Life of an access token'),
  REFRESH_TOKEN_EXPIRE_DAYS: integer(1, 365, 7).describe('Life of a session without use'),
  REGISTRATION: z
    .enum(['open', 'closed'])
    .optional()
    .describe('Who may register; open on the embedded start, closed in production'),
  MAX_LOGIN_ATTEMPTS: integer(1, 100, 5).describe('Failed sign-ins before an account is locked'),
  LOCKOUT_DURATION_MINUTES: integer(1, 1440, 15).describe('How long a locked account stays locked'),
  SIGN_IN_LIMIT_PER_MINUTE: integer(1, 100_000, 30).describe(
    'Attempts to sign in or register by one address, and on one account',
  ),
  RATE_LIMIT_PER_MINUTE: integer(1, 10_000, 60).describe('For keys with no limit of their own'),
  RATE_LIMIT_PER_HOUR: integer(1, 100_000, 1000).describe('For keys with no limit of their own'),
  RATE_LIMIT_PER_DAY: integer(1, 1_000_000, 10_000).describe('For keys with no limit of their own'),
  AUTO_ROTATION_ENABLED: boolean()
    .default(true)
    .describe('Whether keys with a rotation policy are rotated by themselves'),
  KEY_CACHE_SIZE: integer(1, 100_000_000, 1_000_000).describe(
    'Secrets whose keys are kept in memory, 200 to 310 bytes each',
  ),
  DEFAULT_KEY_EXPIRY_DAYS: integer(1, 365, 90).describe('For keys created without an expiry'),
  ROTATION_WARNING_DAYS: integer(1, 365, 7).describe(
    'Owners are warned so many days before a key expires, and 30, 14, 7 and 1',
  ),
  GRACE_PERIOD_HOURS: integer(0, 168, 24).describe('How long the old secret works after a rotation'),
  USAGE_SPOOL_MAX_MB: integer(1, 1_000_000, 1024).describe(
    'Room on the disk for what verifications leave behind while the database is away',
  ),
  USAGE_SPOOL_WHEN_FULL: z
    .enum(['drop', 'refuse'])
    .default('drop')
    .describe('drop: verify on, count and log what is not recorded; refuse: answer 503'),
  USAGE_RETENTION_DAYS: integer(1, 3650, 90).describe('How long each use is kept; its count is kept for ever'),
  ANOMALY_DETECTION_ENABLED: boolean()
    .default(true)
    .describe('Whether the uses of keys are watched for misuse; those made meanwhile are looked at later'),
  AUDIT_RETENTION_DAYS: anyInteger(1, 36_500)
    .optional()
    .describe('How long changes and sign-ins are kept in the log; for ever unless set'),
  ANOMALY_THRESHOLD: decimal(1, 5, 3).describe(
    'Scales the budget of false alerts: one less is ten times as many, one more a tenth',
  ),
  GEO_COUNTRY_DB: z
    .string()
    .optional()
    .describe('An MMDB file of countries, such as GeoLite2 Country: alerts know them then'),
  GEO_ASN_DB: z
    .string()
    .optional()
    .describe('An MMDB file of providers, such as GeoLite2 ASN; without it a /16 or /32 stands for one'),
  WEBHOOK_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
    .optional()
    .describe('A first webhook endpoint that is told everything, for set-ups without the API'),
  WEBHOOK_SECRET: list(isWebhookSecret, 'whsec_ and 24 to 64 bytes in base64').describe(
    'Signs what goes to WEBHOOK_URL: whsec_ and 24 to 64 bytes in base64; comma-separated, each one signs',
  ),
  WEBHOOK_ALLOW_PRIVATE: boolean()
    .default(false)
    .describe('Whether webhooks may go to loopback, private and link-local addresses'),
  WEBHOOK_HTTPS_ONLY: boolean()
    .optional()
    .describe('Whether webhooks go to https URLs only; true in production, false elsewhere'),
  WEBHOOK_TIMEOUT_SECONDS: integer(1, 30, 10).describe('How long a webhook endpoint may take to answer'),
  TRUST_PROXY: list(isAddressOrRange, 'an address or a CIDR, such as 10.0.0.0/8').describe(
    'Addresses or CIDRs of proxies whose X-Forwarded-* headers are believed',
  ),
  CORS_ORIGINS: list(isOrigin, 'an origin, such as https://app.example.com').describe(
    'Origins whose scripts may call the API',
  ),
  LOG_ADDRESSES: z
    .enum(['full', 'truncated', 'hashed'])
    .default('full')
    .describe('What is stored of addresses: all, the network (/24, /48), or a keyed hash'),
  METRICS_TOKEN: list(isToken, '24 to 512 visible ASCII characters').describe(
    'Bearer tokens that may read /metrics, comma-separated; without one, only this machine may',
  ),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('The least important messages to log'),
  ACCESS_LOG: boolean().default(false).describe('Whether each request but uses of keys has a line in the log'),
  LOG_FORMAT: z.enum(['json', 'pretty']).optional().describe('json, or pretty for a terminal'),
});

export type Env = z.infer<typeof envSchema>;

/** Parses the environment. An empty variable counts as absent, as in a shell or a compose file. */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = envSchema.safeParse(present);
  if (parsed.success) return complete(parsed.data);
  throw new ConfigurationError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${describe(issue)}`));
}

/** @throws ConfigurationError for one half of what only makes sense together. */
function complete(env: Env): Env {
  const isHalf = (env.WEBHOOK_URL === undefined) !== (env.WEBHOOK_SECRET.length === 0);
  if (isHalf) throw new ConfigurationError(['WEBHOOK_URL, WEBHOOK_SECRET: set both or neither']);
  return env;
}

function isAddressOrRange(text: string): boolean {
  const [, address = '', bits = '0'] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(bits) <= (family === 6 ? 128 : 32);
}

/** Spelled as browsers send it, because it is compared with that: no path, no default port, lower case. */
function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Zod's own sentences may quote the input, and the input of a mistyped variable may be a secret. */
function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`;
  if (issue.code === 'custom' || issue.message.startsWith('must')) return issue.message;
  return 'is not valid';
}

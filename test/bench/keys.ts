import { createHash } from 'node:crypto';
import pg from 'pg';
import { generateKey } from '#domain';
import { ApiClient } from '../support/api-client.js';
import { type Records, recordsOf } from './load/records.js';

/** Limits of the keys that are made. */
export interface Limits {
  readonly perMinute: number;
  readonly perHour: number;
  readonly perDay: number;
}

/** The highest a key can have: a run over some hundred keys is then never refused. */
export const UNLIMITED: Limits = { perMinute: 10_000, perHour: 100_000, perDay: 1_000_000 };

/** The same keys for the same series: what was stored once can be named again, with nothing kept. */
export function keysOf(series: string, count: number): Records {
  return recordsOf(
    Array.from({ length: count }, (_, n) => {
      const random = createHash('sha256').update(`${series} ${n}`).digest();
      return generateKey('production', () => random).reveal();
    }),
  );
}

/** An account that owns keys, and where they are stored. */
export class KeyOwner {
  private constructor(
    readonly client: ApiClient,
    /** Null: the embedded database, which only its server can write to. */
    private readonly databaseUrl: string | null,
    private readonly ownerId: string,
  ) {}

  static async register(url: string, databaseUrl: string | null, name: string): Promise<KeyOwner> {
    const client = await ApiClient.register(url, name);
    const { id } = await client.expect(200, 'GET', '/api/v1/auth/me');
    return new KeyOwner(client, databaseUrl, String(id));
  }

  /**
   * Makes new keys that may read: by SQL where that is possible, some ten thousand a second, else one by one.
   * @param series differs for every call on one database.
   */
  async issue(series: string, count: number, limits: Limits = UNLIMITED): Promise<Records> {
    if (this.databaseUrl === null) return this.request(count, limits);
    const keys = keysOf(series, count);
    const database = new pg.Client(this.databaseUrl);
    await database.connect();
    try {
      for (let from = 0; from < count; from += BATCH) {
        const texts = [];
        for (let n = from; n < Math.min(from + BATCH, count); n++) {
          texts.push(keys.bytes.toString('latin1', n * keys.length, (n + 1) * keys.length));
        }
        const { perMinute, perHour, perDay } = limits;
        await database.query(INSERT, [texts, this.ownerId, perMinute, perHour, perDay]);
      }
      await database.query('ANALYZE api_keys, api_key_secrets');
    } finally {
      await database.end();
    }
    return keys;
  }

  private async request(count: number, limits: Limits): Promise<Records> {
    const texts: string[] = [];
    for (let n = 0; n < count; n++) {
      const { api_key: text } = await this.client.expect(201, 'POST', '/api/v1/keys', {
        name: 'bench',
        rate_limit_per_minute: limits.perMinute,
        rate_limit_per_hour: limits.perHour,
        rate_limit_per_day: limits.perDay,
      });
      texts.push(String(text));
    }
    return recordsOf(texts);
  }
}

const BATCH = 10_000;

/** A key as `POST /api/v1/keys` would store it. $1 the texts of the keys, $2 their owner, $3 to $5 their limits. */
const INSERT = `
  WITH made AS (
    SELECT gen_random_uuid() AS id, text FROM unnest($1::text[]) AS text
  ), stored AS (
    INSERT INTO api_keys (id, owner_id, name, state, environment, prefix, permissions, allowed_services, allowed_ips,
                          allowed_user_agents, tags, rate_limit_per_minute, rate_limit_per_hour, rate_limit_per_day,
                          expires_at, created_at, updated_at)
    SELECT id, $2, 'bench', 'active', 'production', 'akm', '{read}', '{}', '{}', '{}', '{}', $3, $4, $5,
           now() + interval '90 days', now(), now()
    FROM made
  )
  INSERT INTO api_key_secrets (id, key_id, version, digest, display, created_at)
  SELECT gen_random_uuid(), id, 1, sha256(text::bytea), left(text, 15), now() FROM made`;

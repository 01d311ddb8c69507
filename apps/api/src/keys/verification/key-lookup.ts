import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { Config } from '../../config/config.js';
import { type KnownKey, knownKeyOf, type KnownKeyRow } from './known-key.js';
import { unavailable } from './unavailable.js';

/** One index read by digest and one by primary key. Named, so that the server plans it once a connection. */
export const FIND_KEY_SQL = `
  SELECT k.id, k.owner_id, k.name, k.state, k.environment, k.permissions, k.allowed_services, k.allowed_ips,
         k.allowed_user_agents, k.rate_limit_per_minute, k.rate_limit_per_hour, k.rate_limit_per_day,
         k.throttle_per_minute, k.throttled_until,
         k.expires_at, k.external_id, k.meta, k.has_credits, k.is_canary, s.id AS secret_id, s.retired_at
  FROM api_key_secrets s JOIN api_keys k ON k.id = s.key_id
  WHERE s.digest = $1`;

/** A server that hangs is as good as none; the statement timeout of a server that hangs comes too late, or never. */
const PATIENCE_MS = 2_000;

/** Finds a key by the digest of one of its secrets, as it is in the database now. */
@Injectable()
export class KeyLookup {
  constructor(
    private readonly dataSource: DataSource,
    private readonly config: Config,
  ) {}

  /** @throws Problem SERVICE_UNAVAILABLE when the database does not answer. */
  async find(digest: Buffer): Promise<KnownKey | undefined> {
    const pool = (this.dataSource.driver as PostgresDriver).master as Pool;
    const query = { name: 'find_key', text: FIND_KEY_SQL, values: [digest], query_timeout: PATIENCE_MS };
    const { rows } = await pool.query<KnownKeyRow>(query).catch(unavailable);
    return rows[0] && knownKeyOf(rows[0], this.config.keys);
  }
}

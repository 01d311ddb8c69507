import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { allowingTime } from '../database/statement-time.js';

/** From where, and by which program, one secret of a key was used. */
export interface SecretCaller {
  readonly ip_address: string | null;
  readonly user_agent: string | null;
  readonly uses: number;
  readonly last_used_at: Date;
}

/** Tells who uses a secret, so that its owner finds those who have not switched to the next. */
@Injectable()
export class SecretCallers {
  constructor(private readonly dataSource: DataSource) {}

  /** Those who were let in since a moment, the last one first. */
  async since(from: Date, keyId: string, secretId: string, limit: number): Promise<SecretCaller[]> {
    const asked = [keyId, from, secretId, limit];
    const rows = await allowingTime(() => this.dataSource.query<(SecretCaller & { uses: string })[]>(CALLERS, asked));
    return rows.map((row) => ({ ...row, uses: Number(row.uses) }));
  }
}

const CALLERS = `
  SELECT ip_address, user_agent, count(*) AS uses, max(timestamp) AS last_used_at
  FROM usage_events WHERE key_id = $1 AND timestamp >= $2 AND secret_id = $3 AND outcome = 'VALID'
  GROUP BY ip_address, user_agent ORDER BY max(timestamp) DESC LIMIT $4`;

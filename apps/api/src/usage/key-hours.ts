import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** How often a key was used within one hour of UTC. */
export interface KeyHour {
  readonly hour: Date;
  readonly admitted: number;
  readonly refused: number;
}

/** Tells of the keys of a list how they were used lately: one statement, however many keys. */
@Injectable()
export class KeyHours {
  constructor(private readonly dataSource: DataSource) {}

  /** Of the hours that begin at `from` or later, by key id. Hours without a use are not in the answer. */
  async since(from: Date, keyIds: readonly string[]): Promise<ReadonlyMap<string, readonly KeyHour[]>> {
    const hours = new Map<string, KeyHour[]>();
    if (keyIds.length === 0) return hours;
    const rows = await this.dataSource.query<(KeyHour & { key_id: string })[]>(HOURS, [keyIds, from]);
    for (const { key_id: id, ...hour } of rows) hours.set(id, [...(hours.get(id) ?? []), hour]);
    return hours;
  }
}

const HOURS = `
  SELECT key_id, hour, COALESCE(sum(uses) FILTER (WHERE outcome = 'VALID'), 0)::float8 AS admitted,
    COALESCE(sum(uses) FILTER (WHERE outcome <> 'VALID'), 0)::float8 AS refused
  FROM usage_hours WHERE key_id = ANY ($1::uuid[]) AND hour >= $2 GROUP BY key_id, hour`;

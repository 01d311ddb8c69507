import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';
import { UsageTotals } from '../usage/usage-totals.js';
import type { ApiKeySecret } from './api-key-secret.entity.js';
import { ApiKey } from './api-key.entity.js';
import { loadCredits } from './credits.js';
import type { ApiKeyRecord } from './api-key.view.js';

/** Reads keys together with their secrets and uses. */
@Injectable()
export class ApiKeyStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly usage: UsageTotals,
  ) {}

  /** @returns undefined when there is no such key. */
  async find(id: string): Promise<ApiKeyRecord | undefined> {
    const key = await this.dataSource.manager.findOneBy(ApiKey, { id });
    return key ? (await this.complete([key]))[0] : undefined;
  }

  /** Those there are, in no particular order. */
  async findAll(ids: readonly string[]): Promise<ApiKeyRecord[]> {
    return ids.length === 0 ? [] : this.complete(await this.dataSource.manager.findBy(ApiKey, { id: In(ids) }));
  }

  /** The names of keys, by their id. Which is not there has none. */
  async namesOf(ids: readonly (string | null)[]): Promise<ReadonlyMap<string, string>> {
    const asked = [...new Set(ids.filter((id) => id !== null))];
    if (asked.length === 0) return new Map();
    const keys = await this.dataSource.query<{ id: string; name: string }[]>(NAMES, [asked]);
    return new Map(keys.map(({ id, name }) => [id, name]));
  }

  /** Reads what an ongoing transaction has written; the totals of usage are those committed before it. */
  async findIn(manager: EntityManager, id: string): Promise<Omit<ApiKeyRecord, 'usage'>> {
    const key = await manager.findOneByOrFail(ApiKey, { id });
    const credits = (await loadCredits(manager, [key])).get(id) ?? null;
    return { key, credits, ...secretsOf(key, await this.secretsOfKeys(manager, [id])) };
  }

  /** Completes each key with its secrets and uses, in the order given: a query for each kind, however many keys. */
  async complete(keys: readonly ApiKey[]): Promise<ApiKeyRecord[]> {
    if (keys.length === 0) return [];
    const ids = keys.map(({ id }) => id);
    const { manager } = this.dataSource;
    const [secrets, usage, credits] = await Promise.all([
      this.secretsOfKeys(manager, ids),
      this.usage.forKeys(ids),
      loadCredits(manager, keys),
    ]);
    return keys.map((key) => ({
      key,
      ...secretsOf(key, secrets),
      usage: usage.get(key.id) ?? new Map(),
      credits: credits.get(key.id) ?? null,
    }));
  }

  private secretsOfKeys(manager: EntityManager, keyIds: readonly string[]): Promise<SecretRow[]> {
    return manager.query<SecretRow[]>(SECRETS, [keyIds]);
  }
}

interface SecretRow extends ApiKeySecret {
  /** Since when it waits to be picked up; null: it does not. */
  readonly waitingSince: Date | null;
}

function secretsOf({ id }: ApiKey, rows: readonly SecretRow[]): Pick<ApiKeyRecord, 'secrets' | 'waitingSince'> {
  const ofKey = rows.filter(({ keyId }) => keyId === id);
  return {
    secrets: ofKey,
    waitingSince: ofKey.find(({ waitingSince }) => waitingSince !== null)?.waitingSince ?? null,
  };
}

/** $1 keys: their secrets, the newest first, as `ApiKeySecret` has them. */
const SECRETS = `
  SELECT s.id, s.key_id AS "keyId", s.version, s.digest, s.display, s.is_imported AS "isImported",
    s.created_at AS "createdAt", s.retired_at AS "retiredAt", s.is_retirement_told AS "isRetirementTold",
    w.created_at AS "waitingSince"
  FROM api_key_secrets s LEFT JOIN waiting_secrets w ON w.id = s.id
  WHERE s.key_id = ANY ($1::uuid[]) ORDER BY s.key_id, s.version DESC`;

/** $1 keys. */
const NAMES = 'SELECT id, name FROM api_keys WHERE id = ANY ($1::uuid[])';

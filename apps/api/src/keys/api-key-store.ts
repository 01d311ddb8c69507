import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';
import { UsageTotals } from '../usage/usage-totals.js';
import { ApiKeySecret } from './api-key-secret.entity.js';
import { ApiKey } from './api-key.entity.js';
import { loadCredits } from './credits.js';
import type { ApiKeyRecord } from './api-key.view.js';
import { waitingSince } from './waiting-secrets.js';

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
    const keys = await this.dataSource.manager.find(ApiKey, {
      where: { id: In(asked) },
      select: { id: true, name: true },
    });
    return new Map(keys.map(({ id, name }) => [id, name]));
  }

  /** Reads what an ongoing transaction has written; the totals of usage are those committed before it. */
  async findIn(manager: EntityManager, id: string): Promise<Omit<ApiKeyRecord, 'usage'>> {
    const key = await manager.findOneByOrFail(ApiKey, { id });
    const credits = (await loadCredits(manager, [key])).get(id) ?? null;
    const waiting = (await waitingSince(manager, [id])).get(id) ?? null;
    return { key, secrets: await this.secretsOf(manager, [id]), credits, waitingSince: waiting };
  }

  /** Completes each key with its secrets and uses, in the order given: a query for each kind, however many keys. */
  async complete(keys: readonly ApiKey[]): Promise<ApiKeyRecord[]> {
    if (keys.length === 0) return [];
    const ids = keys.map(({ id }) => id);
    const { manager } = this.dataSource;
    const [secrets, usage, credits, waiting] = await Promise.all([
      this.secretsOf(manager, ids),
      this.usage.forKeys(ids),
      loadCredits(manager, keys),
      waitingSince(manager, ids),
    ]);
    return keys.map((key) => ({
      key,
      secrets: secrets.filter(({ keyId }) => keyId === key.id),
      usage: usage.get(key.id) ?? new Map(),
      credits: credits.get(key.id) ?? null,
      waitingSince: waiting.get(key.id) ?? null,
    }));
  }

  private secretsOf(manager: EntityManager, keyIds: string[]): Promise<ApiKeySecret[]> {
    return manager.find(ApiKeySecret, { where: { keyId: In(keyIds) }, order: { keyId: 'ASC', version: 'DESC' } });
  }
}

import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Clock, digestOf } from '#domain';
import { type FieldError, Problem, problem } from '#problems';
import type { Principal } from '../access/principal.js';
import { ChangeFeed } from '../change-feed/change-feed.js';
import { Config } from '../config/config.js';
import { inTransaction, sqlState } from '../database/transaction.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { assertGrantable } from './api-key-access.js';
import { ApiKeyAddition } from './api-key-addition.js';
import { ApiKeySecret } from './api-key-secret.entity.js';
import { ApiKey } from './api-key.entity.js';
import type { ApiKeyRecord } from './api-key.view.js';
import type { ImportApiKeyDto } from './import-api-keys.dto.js';
import { creditsOf } from './credits.js';
import { newKey } from './new-key.js';
import { SecretMeta } from './secret-meta.js';

/** Takes in keys that were issued elsewhere, by their digests: whoever holds one goes on using it. */
@Injectable()
export class ApiKeyImportService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly secretMeta: SecretMeta,
    private readonly changes: ChangeFeed,
    private readonly addition: ApiKeyAddition,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * All of them or none.
   * @throws Problem VALIDATION_FAILED that names every row which cannot be imported, and why.
   */
  async import(caller: Principal, origin: RequestOrigin, rows: readonly ImportApiKeyDto[]): Promise<ApiKeyRecord[]> {
    const now = this.clock.now();
    const drafts = rows.map((row) => this.draft(caller, row, now));
    const faults = drafts.flatMap((draft, at) => (Array.isArray(draft) ? draft.map(inRow(at)) : []));
    refuse([...faults, ...repeated(rows), ...(await this.known(rows))]);
    const records = drafts as ApiKeyRecord[];
    try {
      await inTransaction(this.dataSource, async (manager) => {
        await manager.insert(
          ApiKey,
          records.map(({ key }, at) => ({ ...key, ...this.secretMeta.columnOf(key.id, rows[at]?.secret_meta) })),
        );
        await manager.insert(
          ApiKeySecret,
          records.flatMap(({ secrets }) => secrets),
        );
        for (const record of records) {
          this.changes.announce(manager, { kind: 'key', id: record.key.id });
          await this.addition.record(manager, { caller, origin, action: 'api_key_imported' }, record);
        }
      });
    } catch (error) {
      // Somebody imported one of them at the same time.
      if (sqlState(error) === UNIQUE_VIOLATION) refuse(await this.known(rows));
      throw error;
    }
    return records;
  }

  /** The key that a row becomes, or what is wrong with the row beyond its form. */
  private draft(caller: Principal, row: ImportApiKeyDto, now: number): ApiKeyRecord | FieldError[] {
    try {
      const key = newKey(caller, row, now, this.config.keys.expiryDays);
      assertGrantable(caller, key.permissions);
      const secret = importedSecret(key.id, row, now);
      if (digestOf(secret.display).equals(secret.digest)) return [SHOWN_WHOLE];
      return { key, secrets: [secret], usage: new Map(), credits: creditsOf(row.credits, now), waitingSince: null };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return [...(error.errors ?? [{ field: 'permissions', message: error.detail }])];
    }
  }

  /** Digests that a key has already, whoever it belongs to. */
  private async known(rows: readonly ImportApiKeyDto[]): Promise<FieldError[]> {
    const digests = rows.map(({ hash }) => Buffer.from(hash, 'hex'));
    const found = await this.dataSource.manager.find(ApiKeySecret, {
      where: { digest: In(digests) },
      select: { id: true, digest: true },
    });
    return digests.flatMap((digest, at) =>
      found.some((secret) => secret.digest.equals(digest)) ? [inRow(at)(KNOWN_ALREADY)] : [],
    );
  }
}

const UNIQUE_VIOLATION = '23505';
const KNOWN_ALREADY: FieldError = { field: 'hash', message: 'hash belongs to a key that is here already' };
const REPEATED: FieldError = { field: 'hash', message: 'hash stands in an earlier row too' };
const SHOWN_WHOLE: FieldError = { field: 'key_prefix', message: 'key_prefix must not be the whole key' };

function importedSecret(keyId: string, { hash, key_prefix }: ImportApiKeyDto, now: number): ApiKeySecret {
  return {
    id: uuidv7(),
    keyId,
    version: 1,
    digest: Buffer.from(hash, 'hex'),
    display: key_prefix ?? `sha256:${hash.slice(0, 8).toLowerCase()}`,
    isImported: true,
    createdAt: new Date(now),
    retiredAt: null,
    isRetirementTold: false,
  };
}

function repeated(rows: readonly ImportApiKeyDto[]): FieldError[] {
  const hashes = rows.map(({ hash }) => hash.toLowerCase());
  const first = new Map([...hashes.entries()].reverse().map(([at, hash]) => [hash, at]));
  return hashes.flatMap((hash, at) => (first.get(hash) === at ? [] : [inRow(at)(REPEATED)]));
}

function inRow(at: number) {
  return ({ field, message }: FieldError): FieldError => ({ field: `${at}.${field}`, message });
}

function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw problem('VALIDATION_FAILED', { errors: errors.slice(0, ERRORS_MAX) });
}

const ERRORS_MAX = 100;

import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock, generateKey, type PlaintextKey } from '#domain';
import type { Principal } from '../access/principal.js';
import { problem } from '#problems';
import { Config } from '../config/config.js';
import { inTransaction } from '../database/transaction.js';
import type { Stretch } from '../http/cursor.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { assertGrantable, assertVisible } from './api-key-access.js';
import { ApiKeyAddition } from './api-key-addition.js';
import { ApiKeyChange, type ChangeRequest } from './api-key-change.js';
import { ApiKeyPresenter } from './api-key-presenter.js';
import { type ApiKeyPage, ApiKeyQuery } from './api-key-query.js';
import { ApiKeySecret } from './api-key-secret.entity.js';
import { ApiKeyStore } from './api-key-store.js';
import { ApiKey } from './api-key.entity.js';
import type { ApiKeyRecord } from './api-key.view.js';
import type { CreateApiKeyDto, UpdateApiKeyDto } from './change-api-key.dto.js';
import { creditsColumn, creditsOf, creditsView, storeCredits } from './credits.js';
import { columnsOf } from './key-columns.js';
import { newKey } from './new-key.js';
import { newSecret } from './next-secret.js';
import { SecretMeta } from './secret-meta.js';
import type { ListApiKeysDto } from './list-api-keys.dto.js';

/** Issues, shows and changes keys on behalf of a caller, who never reaches beyond its own rights. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: ApiKeyStore,
    private readonly query: ApiKeyQuery,
    private readonly change: ApiKeyChange,
    private readonly present: ApiKeyPresenter,
    private readonly secretMeta: SecretMeta,
    private readonly addition: ApiKeyAddition,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  async get(caller: Principal, id: string): Promise<ApiKeyRecord> {
    const record = await this.store.find(id);
    assertVisible(caller, record?.key);
    return record;
  }

  /** The `secret_meta` of a key that `get` has shown. */
  reveal(caller: Principal, origin: RequestOrigin, { key }: ApiKeyRecord): Promise<object | null> {
    return this.secretMeta.reveal(caller, origin, key);
  }

  list(caller: Principal, dto: ListApiKeysDto): Promise<ApiKeyPage> {
    return this.query.page(caller, dto, this.clock.now());
  }

  listByCursor(caller: Principal, dto: ListApiKeysDto): Promise<Stretch<ApiKeyRecord>> {
    return this.query.stretch(caller, dto, this.clock.now());
  }

  /** @throws Problem FORBIDDEN for a scope the caller does not hold, VALIDATION_FAILED for a contradictory expiry. */
  async create(
    caller: Principal,
    origin: RequestOrigin,
    dto: CreateApiKeyDto,
    once?: IdempotentRequest,
  ): Promise<{ record: ApiKeyRecord; secret: PlaintextKey }> {
    const now = this.clock.now();
    if (dto.is_canary === true && caller.kind !== 'person') throw problem('FORBIDDEN', { detail: BY_PEOPLE });
    const key = newKey(caller, dto, now, this.config.keys.expiryDays);
    assertGrantable(caller, key.permissions);
    const secret = generateKey(key.environment, randomBytes, key.prefix);
    const first = newSecret(key.id, 1, secret, now);
    const credits = creditsOf(dto.credits, now);
    const record = { key, secrets: [first], usage: new Map(), credits, waitingSince: null };
    await inTransaction(this.dataSource, async (manager) => {
      await once?.begin(manager);
      await manager.insert(ApiKey, { ...key, ...this.secretMeta.columnOf(key.id, dto.secret_meta) });
      await manager.insert(ApiKeySecret, first);
      await this.addition.record(manager, { caller, origin, action: 'api_key_created' }, record);
      await once?.keep(manager, key.id, this.present.issued(record, secret));
    });
    return { record, secret };
  }

  update(request: ChangeRequest, dto: UpdateApiKeyDto): Promise<ApiKeyRecord> {
    return this.change.apply(request, (record, now) => {
      const { key } = record;
      const columns = columnsOf(dto, now);
      assertGrantable(request.caller, columns.permissions ?? []);
      return {
        action: 'update',
        audited: 'api_key_updated',
        statusCode: 200,
        columns: { ...columns, ...creditsColumn(dto.credits), ...this.secretMeta.columnOf(key.id, dto.secret_meta) },
        also: async (manager) => {
          if (dto.credits !== undefined) await storeCredits(manager, key.id, creditsOf(dto.credits, now));
        },
        metadata: {
          changes: { ...changesOf(key, columns), ...changeOfCredits(record, dto, now), ...changeOfSecret(dto) },
        },
      };
    });
  }
}

const BY_PEOPLE = 'Only people make canary keys: whoever steals a key must not make what looks like a trap.';

function changesOf(key: ApiKey, columns: Partial<ApiKey>): Record<string, unknown> {
  const names = Object.keys(columns) as (keyof ApiKey)[];
  const changed = names.filter((name) => JSON.stringify(key[name]) !== JSON.stringify(columns[name]));
  return Object.fromEntries(changed.map((name) => [name, { from: key[name], to: columns[name] }]));
}

function changeOfCredits({ credits: before }: ApiKeyRecord, { credits }: UpdateApiKeyDto, now: number) {
  return credits === undefined ? {} : { credits: { from: creditsView(before, now), to: credits } };
}

/** That it changed, and not what it says. */
function changeOfSecret({ secret_meta }: UpdateApiKeyDto): Record<string, unknown> {
  return secret_meta === undefined ? {} : { secret_meta: secret_meta === null ? 'cleared' : 'replaced' };
}

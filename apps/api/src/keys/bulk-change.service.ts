import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '#domain';
import { problem, problemOf, type Problem } from '#problems';
import type { Principal } from '../access/principal.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { AlreadyAnswered, type IdempotentRequest } from '../idempotency/idempotent-request.js';
import { ApiKeyChange, type ChangeRequest } from './api-key-change.js';
import { ApiKeyLifecycleService } from './api-key-lifecycle.service.js';
import { ApiKeyQuery } from './api-key-query.js';
import type { ApiKeyRecord } from './api-key.view.js';
import { BULK_KEYS_MAX, type BulkChangeDto, type BulkChangeResultDto, type BulkResultDto } from './bulk-change.dto.js';

/** The request of each key, by its id. */
export type OnceForEach = (keyId: string) => IdempotentRequest;

/**
 * Does one thing to many keys, each in a transaction of its own with its own audit entry: a key that refuses holds back
 * no other, and what was done is said even when the rest could not be, for a new secret is shown only here.
 */
@Injectable()
export class BulkChangeService {
  private readonly logger = new Logger('BulkChange');

  constructor(
    private readonly query: ApiKeyQuery,
    private readonly change: ApiKeyChange,
    private readonly lifecycle: ApiKeyLifecycleService,
    private readonly clock: Clock,
  ) {}

  /**
   * @param onceForEach so that whoever asks again does nothing again. What was done before is done; its secret is kept.
   * @throws Problem VALIDATION_FAILED for a filter that says nothing, FORBIDDEN for the keys of somebody else.
   */
  async run(
    caller: Principal,
    origin: RequestOrigin,
    dto: BulkChangeDto,
    onceForEach?: OnceForEach,
  ): Promise<BulkChangeResultDto> {
    const isDryRun = dto.dry_run === true;
    refuseEverything(dto);
    const found = await this.query.batch(caller, dto.filter, dto.after ?? null, BULK_KEYS_MAX + 1, this.clock.now());
    const records = found.slice(0, BULK_KEYS_MAX);
    const results: BulkResultDto[] = [];
    for (const record of records) {
      const { id } = record.key;
      const request = { caller, origin, id, once: onceForEach?.(id) };
      results.push(isDryRun ? this.foresee(request, record, dto) : await this.act(request, record, dto));
    }
    const next = found.length > BULK_KEYS_MAX ? (records.at(-1)?.key.id ?? null) : null;
    return { action: dto.action, dry_run: isDryRun, results, next };
  }

  private foresee({ caller }: ChangeRequest, record: ApiKeyRecord, { action }: BulkChangeDto): BulkResultDto {
    try {
      this.change.assertPossible(caller, record, action, this.clock.now());
      return { ...resultOf(record), outcome: 'would_do' };
    } catch (error) {
      return refused(record, problemOf(error));
    }
  }

  private async act(request: ChangeRequest, record: ApiKeyRecord, dto: BulkChangeDto): Promise<BulkResultDto> {
    try {
      return { ...resultOf(record), outcome: 'done', api_key: await this.perform(request, dto) };
    } catch (error) {
      if (error instanceof AlreadyAnswered) return { ...resultOf(record), outcome: 'done' };
      const refusal = problemOf(error);
      if (refusal.status >= 500) this.logger.error(error);
      return refused(record, refusal);
    }
  }

  /** @returns the new secret, if there is one. */
  private async perform(request: ChangeRequest, dto: BulkChangeDto): Promise<string | null> {
    switch (dto.action) {
      case 'disable':
        await this.lifecycle.disable(request);
        return null;
      case 'enable':
        await this.lifecycle.enable(request);
        return null;
      case 'revoke':
        await this.lifecycle.revoke(request);
        return null;
      case 'rotate':
        return (await this.lifecycle.rotate(request, dto.grace_period_hours ?? undefined)).secret.reveal();
    }
  }
}

/** An empty filter means everything, and that is more often a mistake than a wish. */
function refuseEverything({ filter }: BulkChangeDto): void {
  if (Object.values(filter).some((said) => said !== undefined && said !== null)) return;
  throw problem('VALIDATION_FAILED', { errors: [{ field: 'filter', message: 'filter must say at least one thing' }] });
}

function resultOf({ key, secrets }: ApiKeyRecord): Omit<BulkResultDto, 'outcome'> {
  const { id: key_id, name } = key;
  return { key_id, name, key_prefix: secrets[0]?.display ?? '', code: null, detail: null, api_key: null };
}

function refused(record: ApiKeyRecord, { code, detail }: Problem): BulkResultDto {
  return { ...resultOf(record), outcome: 'refused', code, detail };
}

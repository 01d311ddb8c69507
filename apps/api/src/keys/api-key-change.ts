import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, Not } from 'typeorm';
import { allows, Clock, type KeyAction, type KeyStatus } from '#domain';
import { problem } from '#problems';
import type { Principal } from '../access/principal.js';
import type { AuditAction } from '../audit/audit-action.js';
import { AuditLog } from '../audit/audit-log.js';
import { ChangeFeed } from '../change-feed/change-feed.js';
import { Config } from '../config/config.js';
import { inTransaction } from '../database/transaction.js';
import { EventOutbox } from '../events/event-outbox.js';
import type { EventDraft } from '../events/event-type.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import type { KeptAnswer } from '../idempotency/kept-answers.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { assertVisible, assertWithinReach } from './api-key-access.js';
import { ApiKeyStore } from './api-key-store.js';
import { ApiKey, type ApiKeyState } from './api-key.entity.js';
import { type ApiKeyRecord, apiKeyView } from './api-key.view.js';

/** One request to change a key. */
export interface ChangeRequest {
  readonly caller: Principal;
  readonly origin: RequestOrigin;
  readonly id: string;
  /** What If-Match demanded; absent: any version will do. */
  readonly ifVersion?: number | undefined;
  /** Absent: sent again, the request has its effect again. */
  readonly once?: IdempotentRequest | undefined;
}

/** What a change does once it is known to be allowed. */
export interface Change {
  readonly action: KeyAction;
  readonly audited: AuditAction;
  /** Absent when no request is being answered. */
  readonly statusCode?: number;
  /** New values of the key's own columns. */
  readonly columns: Partial<ApiKey>;
  /** Whatever else changes with it, in the same transaction. */
  readonly also?: (manager: EntityManager) => Promise<void>;
  readonly metadata?: Record<string, unknown>;
  /** What a repetition of the request is answered, for requests that may be repeated. */
  readonly answer?: (after: ApiKeyRecord) => KeptAnswer;
  /** What the outside is told, of the key as it is afterwards. */
  readonly event?: (after: ApiKeyRecord) => EventDraft;
  /** Whoever changed the key in between does not stop this change: only a key that is already revoked does. */
  readonly overrides?: true;
}

/**
 * The one way a key changes. A change is decided on the key as it was read and written only if the key is still that:
 * the version counts its changes, so of two writers one finds it moved on and is told so. The row, its audit entry, its
 * event and whatever comes with it are one transaction.
 */
@Injectable()
export class ApiKeyChange {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: ApiKeyStore,
    private readonly audit: AuditLog,
    private readonly events: EventOutbox,
    private readonly changes: ChangeFeed,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * @throws Problem NOT_FOUND, PRECONDITION_FAILED, or KEY_STATE_CONFLICT when the key's status forbids the action or
   * somebody else changed it first.
   */
  async apply(request: ChangeRequest, decide: (record: ApiKeyRecord, now: number) => Change): Promise<ApiKeyRecord> {
    const record = await this.store.find(request.id);
    assertVisible(request.caller, record?.key);
    if (request.ifVersion !== undefined && request.ifVersion !== record.key.version)
      throw problem('PRECONDITION_FAILED');
    const now = this.clock.now();
    const change = decide(record, now);
    this.assertPossible(request.caller, record, change.action, now);
    return inTransaction(this.dataSource, async (manager) => {
      await request.once?.begin(manager);
      if (!(await this.isWritten(manager, record.key, change, now))) {
        throw problem('KEY_STATE_CONFLICT', { detail: 'Somebody else changed this key first. Read it and try again.' });
      }
      const after = await this.tell(manager, record, change, request);
      if (change.answer) await request.once?.keep(manager, record.key.id, change.answer(after));
      return after;
    });
  }

  /**
   * A change that time makes and no caller, such as a rotation that is due.
   * @returns undefined, having changed nothing, when `decide` sees nothing to do or somebody else was first.
   */
  async applyDue(
    id: string,
    decide: (record: ApiKeyRecord, now: number) => Change | undefined,
  ): Promise<ApiKeyRecord | undefined> {
    const record = await this.store.find(id);
    const now = this.clock.now();
    const change = record && decide(record, now);
    if (!change || !allows(apiKeyView(record, this.config.keys, now).status, change.action)) return undefined;
    return inTransaction(this.dataSource, async (manager) =>
      (await this.isWritten(manager, record.key, change, now)) ? this.tell(manager, record, change) : undefined,
    );
  }

  /**
   * A change that is part of what else happens in a transaction, decided on the key as it is there: nobody else changes it
   * until that ends.
   *
   * @param by absent when no request is being answered.
   * @returns undefined, having changed nothing, when `decide` sees nothing to do or the key's status forbids it.
   * @throws Problem FORBIDDEN when the caller may not do this.
   */
  async applyWithin(
    manager: EntityManager,
    { id, by }: { readonly id: string; readonly by?: Pick<ChangeRequest, 'caller' | 'origin'> },
    decide: (record: ApiKeyRecord, now: number) => Change | undefined,
  ): Promise<ApiKeyRecord | undefined> {
    const locked = await manager.findOne(ApiKey, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (locked === null) return undefined;
    const record = { ...(await this.store.findIn(manager, id)), usage: new Map<string, never>() };
    const now = this.clock.now();
    const change = decide(record, now);
    if (!change || !allows(apiKeyView(record, this.config.keys, now).status, change.action)) return undefined;
    if (by) assertWithinReach(by.caller, record.key, change.action);
    return (await this.isWritten(manager, record.key, change, now))
      ? this.tell(manager, record, change, by)
      : undefined;
  }

  /** @throws Problem FORBIDDEN or KEY_STATE_CONFLICT when the caller may not do this to the key as it is. */
  assertPossible(caller: Principal, record: ApiKeyRecord, action: KeyAction, now: number): void {
    assertWithinReach(caller, record.key, action);
    assertAllowed(apiKeyView(record, this.config.keys, now).status, action);
  }

  /** False, with nothing written, when the key is no longer what the change was decided on. */
  private async isWritten(manager: EntityManager, key: ApiKey, change: Change, now: number): Promise<boolean> {
    const unchanged = change.overrides ? { state: Not<ApiKeyState>('revoked') } : { version: key.version };
    const { affected } = await manager.update(
      ApiKey,
      { id: key.id, ...unchanged },
      { ...change.columns, version: () => 'version + 1', updatedAt: new Date(now) },
    );
    if (affected !== 1) return false;
    await change.also?.(manager);
    this.changes.announce(manager, { kind: 'key', id: key.id });
    return true;
  }

  /** Puts it on record, and tells the outside. */
  private async tell(
    manager: EntityManager,
    { key, usage }: ApiKeyRecord,
    change: Change,
    by?: Pick<ChangeRequest, 'caller' | 'origin'>,
  ): Promise<ApiKeyRecord> {
    await this.audit.record(manager, {
      action: change.audited,
      origin: by?.origin ?? null,
      userId: by?.caller.userId ?? key.ownerId,
      apiKeyId: key.id,
      ...(change.statusCode !== undefined && { statusCode: change.statusCode }),
      metadata: { ...(by && actingKey(by.caller)), ...change.metadata },
    });
    const after = { ...(await this.store.findIn(manager, key.id)), usage };
    if (change.event) await this.events.emit(manager, change.event(after));
    return after;
  }
}

/** Whoever acted through a key is named beside the person it belongs to. */
export function actingKey(caller: Principal): Record<string, unknown> {
  return caller.kind === 'key' ? { acting_key_id: caller.keyId } : {};
}

function assertAllowed(status: KeyStatus, action: KeyAction): void {
  if (allows(status, action)) return;
  throw problem('KEY_STATE_CONFLICT', { detail: `This key is ${status}, and ${REFUSED[action]}.` });
}

const REFUSED: Readonly<Record<KeyAction, string>> = {
  update: 'can no longer be changed',
  rotate: 'only an active key can be rotated',
  end_grace: 'only a rotating key has a grace period to end',
  disable: 'only an active key can be disabled',
  enable: 'only a disabled key can be enabled',
  revoke: 'cannot be revoked again',
};

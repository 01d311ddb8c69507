import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '#domain';
import { problem } from '#problems';
import type { Principal } from '../../access/principal.js';
import { AuditLog, type AuditRecord } from '../../audit/audit-log.js';
import { Config } from '../../config/config.js';
import { inTransaction } from '../../database/transaction.js';
import { type PageQueryDto, stretchOf } from '../../http/page.dto.js';
import type { RequestOrigin } from '../../http/request-origin.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { assertChangeable, assertMayHear, assertVisible, managesAllEndpoints } from './endpoint-access.js';
import { EndpointSecrets } from './endpoint-secrets.js';
import { endpointUrlFault } from '../sending/endpoint-url.js';
import { auditedEndpoint, endpointView } from './endpoint.view.js';
import type { CreateWebhookDto, UpdateWebhookDto } from './webhook-endpoint.dto.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';

/** Who asks for what to be done to which endpoint. */
export interface EndpointRequest {
  readonly caller: Principal;
  readonly origin: RequestOrigin;
  readonly id: string;
}

/** Each event goes to every endpoint of its owner: this is by how much one person can multiply it. */
const ENDPOINTS_OF_A_PERSON = 20;
const HOUR_MS = 3_600_000;

/** The URLs that are told of events. */
@Injectable()
export class WebhookEndpoints {
  constructor(
    private readonly dataSource: DataSource,
    private readonly secrets: EndpointSecrets,
    private readonly audit: AuditLog,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem NOT_FOUND. */
  async get(caller: Principal, id: string): Promise<WebhookEndpoint> {
    const endpoint = await this.dataSource.manager.findOneBy(WebhookEndpoint, { id });
    assertVisible(caller, endpoint);
    return endpoint;
  }

  /** One page of the caller's own, or of everybody's, and how many there are. */
  list(caller: Principal, query: PageQueryDto): Promise<[WebhookEndpoint[], number]> {
    return this.dataSource.manager.findAndCount(WebhookEndpoint, {
      where: managesAllEndpoints(caller) ? {} : { ownerId: caller.userId },
      order: { createdAt: 'DESC', id: 'DESC' },
      ...stretchOf(query),
    });
  }

  /** @throws Problem VALIDATION_FAILED for a URL that may not be sent to, FORBIDDEN, CONFLICT when there are too many. */
  async create(
    caller: Principal,
    origin: RequestOrigin,
    { url, events, scope = 'own' }: CreateWebhookDto,
    once?: IdempotentRequest,
  ): Promise<{ endpoint: WebhookEndpoint; secret: string }> {
    this.assertSendable(url);
    assertMayHear(caller, scope);
    const now = new Date(this.clock.now());
    const endpoint = {
      id: uuidv7(),
      ownerId: caller.userId,
      url,
      events,
      scope,
      receivesPickups: caller.kind === 'person',
      disabledAt: null,
      createdAt: now,
      updatedAt: now,
    };
    const secret = await inTransaction(this.dataSource, async (manager) => {
      await once?.begin(manager);
      await assertRoom(manager, caller.userId);
      await manager.insert(WebhookEndpoint, endpoint);
      await this.record(manager, { caller, origin }, endpoint, { action: 'webhook_created', statusCode: 201 });
      const issued = await this.secrets.issue(manager, endpoint.id);
      const body = { ...endpointView(endpoint, undefined), secret: issued };
      await once?.keep(manager, endpoint.id, { headers: {}, body });
      return issued;
    });
    return { endpoint, secret };
  }

  /** Whatever has not been delivered yet goes to the new URL. Who sets a URL, and be it the same, wants it to be told. */
  update(request: EndpointRequest, { url, events, scope }: UpdateWebhookDto): Promise<WebhookEndpoint> {
    if (url !== undefined) this.assertSendable(url);
    assertMayHear(request.caller, scope);
    return this.change(request, async (manager, before) => {
      const change = { url: url ?? before.url, events: events ?? before.events, scope: scope ?? before.scope };
      const receivesPickups = url === undefined ? before.receivesPickups : request.caller.kind === 'person';
      const disabledAt = url === undefined ? before.disabledAt : null;
      const endpoint = { ...before, ...change, receivesPickups, disabledAt, updatedAt: new Date(this.clock.now()) };
      await manager.update(WebhookEndpoint, request.id, endpoint);
      await this.record(manager, request, endpoint, { action: 'webhook_updated', statusCode: 200 });
      return endpoint;
    });
  }

  /** With everything that was to be delivered to it. */
  async remove(request: EndpointRequest): Promise<void> {
    await this.change(request, async (manager, endpoint) => {
      await manager.delete(WebhookEndpoint, endpoint.id);
      await this.record(manager, request, endpoint, { action: 'webhook_deleted', statusCode: 204 });
    });
  }

  /** The secret before this one signs too for `graceHours`, so that a receiver can change over in between. */
  changeSecret(
    request: EndpointRequest,
    graceHours: number,
    once?: IdempotentRequest,
  ): Promise<{ endpoint: WebhookEndpoint; secret: string; formerEndsAt: Date | undefined }> {
    return this.change(request, async (manager, endpoint) => {
      await once?.begin(manager);
      const graceEndsAt = new Date(this.clock.now() + graceHours * HOUR_MS);
      const secret = await this.secrets.replace(manager, endpoint.id, graceEndsAt);
      const change = { action: 'webhook_secret_changed', statusCode: 200 } as const;
      await this.record(manager, request, endpoint, change, { grace_ends_at: graceEndsAt });
      await once?.keep(manager, endpoint.id, { headers: {}, body: { id: endpoint.id, secret } });
      return { endpoint, secret, formerEndsAt: graceHours > 0 ? graceEndsAt : undefined };
    });
  }

  /** Changes of one endpoint follow one another. */
  private change<T>(
    { caller, id }: EndpointRequest,
    work: (manager: EntityManager, endpoint: WebhookEndpoint) => Promise<T>,
  ): Promise<T> {
    return inTransaction(this.dataSource, async (manager) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const endpoint = await manager.findOne(WebhookEndpoint, { where: { id }, lock });
      assertVisible(caller, endpoint);
      assertChangeable(endpoint);
      return work(manager, endpoint);
    });
  }

  private record(
    manager: EntityManager,
    { caller, origin }: Omit<EndpointRequest, 'id'>,
    endpoint: WebhookEndpoint,
    change: Pick<AuditRecord, 'action' | 'statusCode'>,
    more: Record<string, unknown> = {},
  ): Promise<void> {
    const acting = caller.kind === 'key' ? { acting_key_id: caller.keyId } : {};
    const metadata = { ...acting, ...auditedEndpoint(endpoint), ...more };
    return this.audit.record(manager, { ...change, origin, userId: caller.userId, metadata });
  }

  private assertSendable(url: string): void {
    const fault = endpointUrlFault(url, this.config.webhooks);
    if (fault) throw problem('VALIDATION_FAILED', { errors: [{ field: 'url', message: `url ${fault}` }] });
  }
}

async function assertRoom(manager: EntityManager, ownerId: string): Promise<void> {
  if ((await manager.countBy(WebhookEndpoint, { ownerId })) < ENDPOINTS_OF_A_PERSON) return;
  throw problem('CONFLICT', {
    detail: `You have ${ENDPOINTS_OF_A_PERSON} endpoints, which is as many as one person may have. Delete one first.`,
  });
}

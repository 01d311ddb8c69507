import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditLog } from '../../audit/audit-log.js';
import type { ErasureRequest } from '../../erasure/erasure-part.js';
import { Erasures } from '../../erasure/erasures.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';

/** Removes the endpoints of somebody who is taken out, with all that was to be delivered to them. */
@Injectable()
export class EndpointErasure implements OnModuleInit {
  constructor(
    private readonly erasures: Erasures,
    private readonly audit: AuditLog,
  ) {}

  onModuleInit(): void {
    this.erasures.add({ name: 'webhooks', atOnce: (manager, request) => this.removeAll(manager, request) });
  }

  private async removeAll(manager: EntityManager, request: ErasureRequest): Promise<void> {
    const { userId, callerId, origin } = request;
    const endpoints = await manager.find(WebhookEndpoint, { where: { ownerId: userId }, order: { id: 'ASC' } });
    for (const { id } of endpoints) {
      await manager.delete(WebhookEndpoint, id);
      // Without its URL, which may name them.
      const metadata = { endpoint_id: id, reason: 'user_erased' };
      await this.audit.record(manager, {
        action: 'webhook_deleted',
        origin,
        userId: callerId,
        statusCode: 202,
        metadata,
      });
    }
  }
}

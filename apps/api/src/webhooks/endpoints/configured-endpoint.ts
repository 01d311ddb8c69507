import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '#domain';
import type { AuditAction } from '../../audit/audit-action.js';
import { AuditLog } from '../../audit/audit-log.js';
import { Config } from '../../config/config.js';
import { ConfigurationError } from '../../config/configuration-error.js';
import { inTransaction } from '../../database/transaction.js';
import { EVENT_TYPES } from '../../events/event-type.js';
import { endpointUrlFault } from '../sending/endpoint-url.js';
import { auditedEndpoint } from './endpoint.view.js';
import { CONFIGURED_ENDPOINT_ID, WebhookEndpoint } from './webhook-endpoint.entity.js';

/** Keeps the endpoint of WEBHOOK_URL what the configuration says it is. Its secrets stay in the configuration. */
@Injectable()
export class ConfiguredEndpoint implements OnApplicationBootstrap {
  constructor(
    private readonly dataSource: DataSource,
    private readonly audit: AuditLog,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** @throws ConfigurationError that stops the start, rather than webhooks that never arrive. */
  async onApplicationBootstrap(): Promise<void> {
    const { configured, ...rules } = this.config.webhooks;
    const fault = configured && endpointUrlFault(configured.url, rules);
    if (fault) throw new ConfigurationError([`WEBHOOK_URL: ${fault}`]);
    await inTransaction(this.dataSource, async (manager) => {
      if (configured) await this.keep(manager, configured.url);
      else await this.remove(manager);
    });
  }

  private async keep(manager: EntityManager, url: string): Promise<void> {
    const now = new Date(this.clock.now());
    // Whoever starts it with this URL means it to be told, whatever it said before.
    const said = { url, events: [...EVENT_TYPES], scope: 'all' as const, receivesPickups: true, disabledAt: null };
    const endpoint = { ...said, updatedAt: now };
    const row = { ...endpoint, id: CONFIGURED_ENDPOINT_ID, ownerId: null, createdAt: now };
    const insert = manager.createQueryBuilder().insert().into(WebhookEndpoint).values(row).orIgnore().returning('id');
    const inserted = (await insert.execute()).raw as unknown[];
    if (inserted.length > 0) return this.record(manager, 'webhook_created', row);
    const known = await manager.findOneByOrFail(WebhookEndpoint, { id: row.id });
    if (known.disabledAt === null && known.url === url && known.events.join() === row.events.join()) return;
    await manager.update(WebhookEndpoint, row.id, endpoint);
    await this.record(manager, 'webhook_updated', row);
  }

  private async remove(manager: EntityManager): Promise<void> {
    const known = await manager.findOneBy(WebhookEndpoint, { id: CONFIGURED_ENDPOINT_ID });
    if (!known) return;
    await manager.delete(WebhookEndpoint, known.id);
    await this.record(manager, 'webhook_deleted', known);
  }

  private record(manager: EntityManager, action: AuditAction, endpoint: WebhookEndpoint): Promise<void> {
    return this.audit.record(manager, { action, origin: null, userId: null, metadata: auditedEndpoint(endpoint) });
  }
}

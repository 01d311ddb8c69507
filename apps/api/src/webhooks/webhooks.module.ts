import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { EncryptionModule } from '../encryption/encryption.module.js';
import { EventsModule } from '../events/events.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { ConfiguredEndpoint } from './configured-endpoint.js';
import { DeliveryAttempt } from './delivery-attempt.js';
import { DeliveryPump } from './delivery-pump.js';
import { DeliveryQueue } from './delivery-queue.js';
import { DeliveryTrigger } from './delivery-trigger.js';
import { EndpointSecrets } from './endpoint-secrets.js';
import { EventLayout } from './event-layout.js';
import { HostNames } from './host-names.js';
import { WebhookDeliveriesController } from './webhook-deliveries.controller.js';
import { WebhookDeliveries } from './webhook-deliveries.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';
import { WebhookEndpoints } from './webhook-endpoints.js';
import { WebhookSecret } from './webhook-secret.entity.js';
import { WebhookSender } from './webhook-sender.js';
import { WebhooksController } from './webhooks.controller.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([WebhookEndpoint, WebhookSecret, WebhookDelivery]),
    AuditModule,
    EncryptionModule,
    EventsModule,
    JobsModule,
  ],
  controllers: [WebhooksController, WebhookDeliveriesController],
  providers: [
    WebhookEndpoints,
    EndpointSecrets,
    ConfiguredEndpoint,
    WebhookDeliveries,
    EventLayout,
    DeliveryQueue,
    DeliveryAttempt,
    DeliveryPump,
    DeliveryTrigger,
    WebhookSender,
    HostNames,
  ],
})
export class WebhooksModule {}

import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { EncryptionModule } from '../encryption/encryption.module.js';
import { ErasureModule } from '../erasure/erasure.module.js';
import { EventsModule } from '../events/events.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { ConfiguredEndpoint } from './endpoints/configured-endpoint.js';
import { DeliveryAttempt } from './deliveries/delivery-attempt.js';
import { DeliveryPump } from './deliveries/delivery-pump.js';
import { DeliveryQueue } from './deliveries/delivery-queue.js';
import { DeliveryTrigger } from './deliveries/delivery-trigger.js';
import { EndpointErasure } from './endpoints/endpoint-erasure.js';
import { EndpointSecrets } from './endpoints/endpoint-secrets.js';
import { EventLayout } from './deliveries/event-layout.js';
import { HostNames } from './sending/host-names.js';
import { RetentionJob } from './deliveries/retention.job.js';
import { WebhookDeliveriesController } from './deliveries/webhook-deliveries.controller.js';
import { WebhookDeliveries } from './deliveries/webhook-deliveries.js';
import { WebhookDelivery } from './deliveries/webhook-delivery.entity.js';
import { WebhookEndpoint } from './endpoints/webhook-endpoint.entity.js';
import { WebhookEndpoints } from './endpoints/webhook-endpoints.js';
import { WebhookMetrics } from './deliveries/webhook-metrics.js';
import { WebhookSecret } from './endpoints/webhook-secret.entity.js';
import { WebhookSender } from './sending/webhook-sender.js';
import { WebhooksController } from './endpoints/webhooks.controller.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([WebhookEndpoint, WebhookSecret, WebhookDelivery]),
    AuditModule,
    EncryptionModule,
    ErasureModule,
    EventsModule,
    JobsModule,
    KeysModule,
  ],
  controllers: [WebhooksController, WebhookDeliveriesController],
  providers: [
    WebhookEndpoints,
    EndpointErasure,
    EndpointSecrets,
    ConfiguredEndpoint,
    WebhookDeliveries,
    EventLayout,
    DeliveryQueue,
    DeliveryAttempt,
    DeliveryPump,
    DeliveryTrigger,
    RetentionJob,
    WebhookMetrics,
    WebhookSender,
    HostNames,
  ],
  exports: [DeliveryTrigger, EndpointSecrets, WebhookDeliveries, WebhookEndpoints],
})
export class WebhooksModule {}

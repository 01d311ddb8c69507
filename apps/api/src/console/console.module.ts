import { Module } from '@nestjs/common';
import { AnomalyModule } from '../anomaly/anomaly.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { HealthModule } from '../health/health.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { InsightsModule } from '../insights/insights.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { AlertListPages } from './alerts/alert-list.controller.js';
import { AlertPages } from './alerts/alert.controller.js';
import { ResponsePages } from './alerts/responses.controller.js';
import { Assets } from './assets/assets.js';
import { AssetsController } from './assets/assets.controller.js';
import { PageRenderer } from './frame/page-renderer.js';
import { LandingPages } from './front/landing.controller.js';
import { RegistrationPages } from './front/registration.controller.js';
import { SignInPages } from './front/sign-in.controller.js';
import { RefusedPages } from './frame/refused-pages.js';
import { UnknownPages } from './frame/unknown-pages.controller.js';
import { InsightsPages } from './insights/insights.controller.js';
import { WhyPages } from './insights/why.controller.js';
import { JobPages } from './jobs/jobs.controller.js';
import { BulkRevocationPages } from './keys/bulk-revocation.controller.js';
import { BulkRotationPages } from './keys/bulk-rotation.controller.js';
import { KeyDetailPages } from './keys/key-detail.controller.js';
import { KeyFormPages } from './keys/key-form.controller.js';
import { KeyLifecyclePages } from './keys/key-lifecycle.controller.js';
import { KeyListPages } from './keys/key-list.controller.js';
import { RevealPages } from './keys/reveal.controller.js';
import { LogEntryPages } from './logs/log-entry.controller.js';
import { LogIntegrityPages } from './logs/log-integrity.controller.js';
import { LogListPages } from './logs/log-list.controller.js';
import { LogNames } from './logs/log-names.js';
import { OverviewPages } from './overview/overview.controller.js';
import { NewPersonPages } from './people/new-person.controller.js';
import { PeoplePages } from './people/people.controller.js';
import { PersonPages } from './people/person.controller.js';
import { ProfilePages } from './profile/profile.controller.js';
import { OneTimeReveal } from './reveal/one-time-reveal.js';
import { WebhookActionPages } from './webhooks/webhook-actions.controller.js';
import { WebhookDetailPages } from './webhooks/webhook-detail.controller.js';
import { WebhookFormPages } from './webhooks/webhook-form.controller.js';
import { WebhookListPages } from './webhooks/webhook-list.controller.js';
import { WebhookSecretPages } from './webhooks/webhook-secret.controller.js';

/** The pages people open. Each room of pages asks the services that the API asks, and decides nothing by itself. */
@Module({
  imports: [
    AnomalyModule,
    AuditModule,
    AuthModule,
    HealthModule,
    IdempotencyModule,
    InsightsModule,
    JobsModule,
    KeysModule,
    UsageModule,
    WebhooksModule,
  ],
  controllers: [
    AlertListPages,
    AlertPages,
    AssetsController,
    BulkRevocationPages,
    BulkRotationPages,
    InsightsPages,
    JobPages,
    KeyDetailPages,
    KeyFormPages,
    KeyLifecyclePages,
    KeyListPages,
    LandingPages,
    LogEntryPages,
    LogIntegrityPages,
    LogListPages,
    NewPersonPages,
    OverviewPages,
    PeoplePages,
    PersonPages,
    ProfilePages,
    RegistrationPages,
    ResponsePages,
    RevealPages,
    SignInPages,
    UnknownPages,
    WebhookActionPages,
    WebhookDetailPages,
    WebhookFormPages,
    WebhookListPages,
    WebhookSecretPages,
    WhyPages,
  ],
  providers: [Assets, LogNames, OneTimeReveal, PageRenderer, RefusedPages],
})
export class ConsoleModule {}

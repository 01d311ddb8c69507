import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { Assets } from './assets/assets.js';
import { AssetsController } from './assets/assets.controller.js';
import { PageRenderer } from './frame/page-renderer.js';
import { LandingPages } from './front/landing.controller.js';
import { RegistrationPages } from './front/registration.controller.js';
import { SignInPages } from './front/sign-in.controller.js';
import { UnknownPages } from './frame/unknown-pages.controller.js';
import { BulkRevocationPages } from './keys/bulk-revocation.controller.js';
import { KeyDetailPages } from './keys/key-detail.controller.js';
import { KeyFormPages } from './keys/key-form.controller.js';
import { KeyLifecyclePages } from './keys/key-lifecycle.controller.js';
import { KeyListPages } from './keys/key-list.controller.js';
import { OneTimeReveal } from './keys/one-time-reveal.js';
import { RevealPages } from './keys/reveal.controller.js';
import { LogEntryPages } from './logs/log-entry.controller.js';
import { LogIntegrityPages } from './logs/log-integrity.controller.js';
import { LogListPages } from './logs/log-list.controller.js';
import { LogNames } from './logs/log-names.js';
import { OverviewPages } from './overview/overview.controller.js';
import { ProfilePages } from './profile/profile.controller.js';

/** The pages people open. Each room of pages asks the services that the API asks, and decides nothing by itself. */
@Module({
  imports: [AuditModule, AuthModule, IdempotencyModule, KeysModule, UsageModule],
  controllers: [
    AssetsController,
    BulkRevocationPages,
    KeyDetailPages,
    KeyFormPages,
    KeyLifecyclePages,
    KeyListPages,
    LandingPages,
    LogEntryPages,
    LogIntegrityPages,
    LogListPages,
    OverviewPages,
    ProfilePages,
    RegistrationPages,
    RevealPages,
    SignInPages,
    UnknownPages,
  ],
  providers: [Assets, LogNames, OneTimeReveal, PageRenderer],
})
export class ConsoleModule {}

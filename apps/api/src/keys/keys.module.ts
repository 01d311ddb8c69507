import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { ChangeFeedModule } from '../change-feed/change-feed.module.js';
import { ErasureModule } from '../erasure/erasure.module.js';
import { EventsModule } from '../events/events.module.js';
import { EncryptionModule } from '../encryption/encryption.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { ApiKeyAddition } from './api-key-addition.js';
import { ApiKeyChange } from './api-key-change.js';
import { ApiKeyLifecycleService } from './api-key-lifecycle.service.js';
import { ApiKeyPresenter } from './api-key-presenter.js';
import { ApiKeyQuery } from './api-key-query.js';
import { ApiKeySecret } from './api-key-secret.entity.js';
import { ApiKeyStore } from './api-key-store.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysService } from './api-keys.service.js';
import { KeyCredits } from './key-credits.entity.js';
import { LimitNotice } from './limit-notice.entity.js';
import { LimitNotices } from './limit-notices.js';
import { ApiKeyBatchesController } from './api-key-batches.controller.js';
import { ApiKeyImportService } from './api-key-import.service.js';
import { ApiKeyPickupController } from './api-key-pickup.controller.js';
import { ApiKeySelfController } from './api-key-self.controller.js';
import { BulkChangeService } from './bulk-change.service.js';
import { PickUps } from './pick-ups.js';
import { KeyErasure } from './key-erasure.js';
import { KeyUsageController } from './key-usage.controller.js';
import { KeyUsageService } from './key-usage.service.js';
import { SelfRevocationService } from './self-revocation.service.js';
import { VerificationModule } from './verification/verification.module.js';
import { SecretMeta } from './secret-meta.js';
import { WaitingSecret } from './waiting-secret.entity.js';
import { WaitingSecrets } from './waiting-secrets.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([ApiKey, ApiKeySecret, KeyCredits, LimitNotice, WaitingSecret]),
    AuditModule,
    ChangeFeedModule,
    EncryptionModule,
    ErasureModule,
    IdempotencyModule,
    EventsModule,
    JobsModule,
    UsageModule,
    VerificationModule,
  ],
  controllers: [
    ApiKeyBatchesController,
    ApiKeyPickupController,
    ApiKeySelfController,
    ApiKeysController,
    KeyUsageController,
  ],
  providers: [
    ApiKeysService,
    ApiKeyLifecycleService,
    ApiKeyAddition,
    ApiKeyChange,
    ApiKeyStore,
    ApiKeyQuery,
    ApiKeyPresenter,
    LimitNotices,
    ApiKeyImportService,
    BulkChangeService,
    KeyErasure,
    KeyUsageService,
    PickUps,
    SecretMeta,
    SelfRevocationService,
    WaitingSecrets,
  ],
  exports: [
    ApiKeyChange,
    ApiKeyLifecycleService,
    ApiKeyPresenter,
    ApiKeyQuery,
    ApiKeyStore,
    ApiKeysService,
    BulkChangeService,
    KeyUsageService,
    PickUps,
    WaitingSecrets,
  ],
})
export class KeysModule {}

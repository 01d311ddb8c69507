import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AnomalyModule } from '../anomaly/anomaly.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { GeoModule } from '../geo/geo.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { EventsModule } from '../events/events.module.js';
import { ErasureModule } from '../erasure/erasure.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { DigestStore } from './digest/digest-store.js';
import { InsightDigest } from './digest/insight-digest.entity.js';
import { WeeklyDigestJob } from './digest/weekly-digest.job.js';
import { AskedOfKeys } from './asked-of-keys.js';
import { InsightsController } from './insights.controller.js';
import { KeyInsights } from './key-insights.js';
import { KeyReview } from './key-review.js';
import { OpenAnomaliesOf } from './open-anomalies.js';
import { RecordedRequests } from './recorded-requests.js';
import { RequestExplanations } from './request-explanations.js';
import { RequestsController } from './requests.controller.js';
import { RuleChanges } from './rule-changes.js';
import { SeenAddressesOfKeys } from './seen-addresses.js';
import { UsesBeforeRefusal } from './uses-before-refusal.js';

/** What can be told of keys from everything that is on record. It changes nothing, and tells people once a week. */
@Module({
  imports: [
    TypeOrmModule.forFeature([InsightDigest]),
    AnomalyModule,
    AuditModule,
    ErasureModule,
    EventsModule,
    GeoModule,
    JobsModule,
    KeysModule,
    UsageModule,
  ],
  controllers: [InsightsController, RequestsController],
  providers: [
    DigestStore,
    AskedOfKeys,
    KeyInsights,
    KeyReview,
    OpenAnomaliesOf,
    RecordedRequests,
    RequestExplanations,
    RuleChanges,
    SeenAddressesOfKeys,
    UsesBeforeRefusal,
    WeeklyDigestJob,
  ],
  exports: [KeyInsights, RequestExplanations],
})
export class InsightsModule {}

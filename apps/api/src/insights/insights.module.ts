import { Module } from '@nestjs/common';
import { AnomalyModule } from '../anomaly/anomaly.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { GeoModule } from '../geo/geo.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { UsageModule } from '../usage/usage.module.js';
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

/** What can be told of keys from everything that is on record. It reads, and writes nothing. */
@Module({
  imports: [AnomalyModule, AuditModule, GeoModule, KeysModule, UsageModule],
  controllers: [InsightsController, RequestsController],
  providers: [
    KeyInsights,
    KeyReview,
    OpenAnomaliesOf,
    RecordedRequests,
    RequestExplanations,
    RuleChanges,
    SeenAddressesOfKeys,
    UsesBeforeRefusal,
  ],
  exports: [KeyInsights, RequestExplanations],
})
export class InsightsModule {}

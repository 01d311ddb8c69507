import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { ErasureModule } from '../erasure/erasure.module.js';
import { GeoModule } from '../geo/geo.module.js';
import { EventOutbox } from '../events/event-outbox.js';
import { EventsModule } from '../events/events.module.js';
import { BackgroundThread } from '../jobs/background-thread.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { Announcements } from './announcements.js';
import { AnomaliesController } from './anomalies.controller.js';
import { AnomaliesService } from './anomalies.service.js';
import { AnomalyErasure } from './anomaly-erasure.js';
import { AnomalyBudgetController } from './anomaly-budget.controller.js';
import { AnomalyBudgetRow } from './anomaly-budget.entity.js';
import { AnomalyBudget } from './anomaly-budget.js';
import { AnomalyMetrics } from './anomaly-metrics.js';
import { AnomalyMute } from './anomaly-mute.entity.js';
import { AnomalyWatchRow } from './anomaly-watch.entity.js';
import { AnomalyWatch } from './anomaly-watch.js';
import { Anomaly } from './anomaly.entity.js';
import { KeyAlerts } from './key-alerts.js';
import { KeyEvidence } from './key-evidence.entity.js';
import { ResponsePolicyController } from './responses/response-policy.controller.js';
import { ResponsePolicyRow } from './responses/response-policy.entity.js';
import { ResponsePolicies } from './responses/response-policies.js';
import { Responses } from './responses/responses.js';
import { ResponseUndo } from './responses/response-undo.js';
import { LocalScoring, Scoring, ThreadedScoring } from './scoring.js';
import { ShapeChange } from './shape-change.entity.js';
import { ShapeChanges } from './shape-changes.js';
import { ShapeScoring } from './shape-scoring.js';
import { ShapeWatch } from './shape-watch.js';
import { UseScoring } from './use-scoring.js';
import { WatchedKey } from './watched-key.entity.js';
import { WatchedShape } from './watched-shape.entity.js';

/** Notices what keys do not do by themselves, and tells of it. */
@Module({
  imports: [
    TypeOrmModule.forFeature([
      Anomaly,
      AnomalyBudgetRow,
      AnomalyMute,
      AnomalyWatchRow,
      KeyEvidence,
      ResponsePolicyRow,
      ShapeChange,
      WatchedKey,
      WatchedShape,
    ]),
    AuditModule,
    ErasureModule,
    EventsModule,
    GeoModule,
    JobsModule,
    KeysModule,
  ],
  controllers: [AnomalyBudgetController, ResponsePolicyController, AnomaliesController],
  exports: [AnomaliesService, ResponsePolicies, ResponseUndo],
  providers: [
    Announcements,
    AnomaliesService,
    AnomalyBudget,
    AnomalyErasure,
    AnomalyMetrics,
    AnomalyWatch,
    KeyAlerts,
    LocalScoring,
    ResponsePolicies,
    Responses,
    ResponseUndo,
    ShapeChanges,
    ShapeScoring,
    ShapeWatch,
    UseScoring,
    {
      provide: Scoring,
      inject: [LocalScoring, BackgroundThread, EventOutbox],
      useFactory: (local: LocalScoring, thread: BackgroundThread | null, outbox: EventOutbox): Scoring =>
        thread ? new ThreadedScoring(thread, outbox) : local,
    },
  ],
})
export class AnomalyModule {}

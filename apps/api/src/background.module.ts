import { type DynamicModule, Logger, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Clock } from '#domain';
import { Announcements } from './anomaly/announcements.js';
import { AnomalyBudget } from './anomaly/anomaly-budget.js';
import { AnomalyBudgetRow } from './anomaly/anomaly-budget.entity.js';
import { Anomaly } from './anomaly/anomaly.entity.js';
import { KeyAlerts } from './anomaly/key-alerts.js';
import { ResponsePolicies } from './anomaly/responses/response-policies.js';
import { ResponsePolicyRow } from './anomaly/responses/response-policy.entity.js';
import { Responses } from './anomaly/responses/responses.js';
import { LocalScoring } from './anomaly/scoring.js';
import { ShapeChanges } from './anomaly/shape-changes.js';
import { ShapeScoring } from './anomaly/shape-scoring.js';
import { UseScoring } from './anomaly/use-scoring.js';
import { AuditEntry } from './audit/audit-entry.entity.js';
import { AuditLog } from './audit/audit-log.js';
import { ChangeFeed, type FeedStatus } from './change-feed/change-feed.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { ConfigurationError } from './config/configuration-error.js';
import { EventOutbox } from './events/event-outbox.js';
import { OutgoingEvent } from './events/outgoing-event.entity.js';
import { Origins } from './geo/origins.js';
import { KeptAddresses } from './http/kept-addresses.js';
import { JobLock } from './jobs/job-lock.js';
import { Jobs } from './jobs/jobs.js';
import { ApiKeyChange } from './keys/api-key-change.js';
import { ApiKeySecret } from './keys/api-key-secret.entity.js';
import { ApiKeyStore } from './keys/api-key-store.js';
import { ApiKey } from './keys/api-key.entity.js';
import { KeyCredits } from './keys/key-credits.entity.js';
import { WaitingSecret } from './keys/waiting-secret.entity.js';
import { KeyUsage } from './usage/key-usage.entity.js';
import { SpoolIngest } from './usage/spool-ingest.js';
import { SpoolStore } from './usage/spool-store.js';
import { keptBeside } from './usage/unstorable.js';
import { UsageTotals } from './usage/usage-totals.js';

/** Rows that are written by way of the mapper; the rest is plain SQL. */
export const BACKGROUND_ENTITIES = [
  Anomaly,
  AnomalyBudgetRow,
  ApiKey,
  ApiKeySecret,
  AuditEntry,
  KeyCredits,
  KeyUsage,
  OutgoingEvent,
  ResponsePolicyRow,
  WaitingSecret,
];

/** Nobody in this thread keeps a copy of anything. Those who do hear of its changes as of those of another instance. */
class NoCopies extends ChangeFeed {
  readonly trustedUntil = -Infinity;
  readonly status: FeedStatus = { mode: 'server', ageMs: null, lagMs: 0 };
}

/** What the background thread needs of the rooms: neither their routes nor anything that runs by itself. */
@Module({})
export class BackgroundModule {
  static forRoot(config: Config, clock: Clock, dataSource: DataSource): DynamicModule {
    return {
      module: BackgroundModule,
      imports: [ConfigModule.forRoot(config, clock)],
      providers: [
        { provide: DataSource, useValue: dataSource },
        { provide: ChangeFeed, useClass: NoCopies },
        { provide: Origins, useFactory: () => originsOrNone(config, clock) },
        { provide: SpoolStore, useFactory: () => new SpoolIngest(dataSource, keptBeside(config.usage.spoolPath)) },
        LocalScoring,
        Announcements,
        AnomalyBudget,
        ApiKeyChange,
        ApiKeyStore,
        AuditLog,
        EventOutbox,
        JobLock,
        Jobs,
        KeptAddresses,
        KeyAlerts,
        ResponsePolicies,
        Responses,
        ShapeChanges,
        ShapeScoring,
        UsageTotals,
        UseScoring,
      ],
    };
  }
}

/** The server has started with these files. If one is being replaced while the thread starts anew, uses are stored all the same. */
async function originsOrNone({ geo }: Config, clock: Clock): Promise<Origins> {
  try {
    return await Origins.open(geo, clock);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    new Logger('Geo').warn(`Countries and providers are not known until the next start. ${error.message}`);
    return Origins.open({ countryFile: null, providerFile: null }, clock);
  }
}

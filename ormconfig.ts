import { existsSync } from 'node:fs';
import { DataSource } from 'typeorm';
import { InsightDigest } from './apps/api/src/insights/digest/insight-digest.entity.js';
import { AnomalyBudgetRow } from './apps/api/src/anomaly/anomaly-budget.entity.js';
import { AnomalyMute } from './apps/api/src/anomaly/anomaly-mute.entity.js';
import { AnomalyWatchRow } from './apps/api/src/anomaly/anomaly-watch.entity.js';
import { Anomaly } from './apps/api/src/anomaly/anomaly.entity.js';
import { ResponsePolicyRow } from './apps/api/src/anomaly/responses/response-policy.entity.js';
import { ShapeChange } from './apps/api/src/anomaly/shape-change.entity.js';
import { KeyEvidence } from './apps/api/src/anomaly/key-evidence.entity.js';
import { WatchedKey } from './apps/api/src/anomaly/watched-key.entity.js';
import { WatchedShape } from './apps/api/src/anomaly/watched-shape.entity.js';
import { AuditEntry } from './apps/api/src/audit/audit-entry.entity.js';
import { UseBitmap, UseChunk } from './apps/api/src/audit/use-chunk.entity.js';
import { RefreshToken } from './apps/api/src/auth/refresh-token.entity.js';
import { Session } from './apps/api/src/auth/session.entity.js';
import { SignInAttempt } from './apps/api/src/auth/sign-in-attempt.entity.js';
import { User } from './apps/api/src/auth/user.entity.js';
import { migrationConnection } from './apps/api/src/database/connection-options.js';
import { migrations } from './apps/api/src/database/migrations/index.js';
import { OutgoingEvent } from './apps/api/src/events/outgoing-event.entity.js';
import { Erasure } from './apps/api/src/erasure/erasure.entity.js';
import { MasterKeyRow } from './apps/api/src/encryption/master-key-row.entity.js';
import { LogTreeRow } from './apps/api/src/log-tree/log-tree-row.entity.js';
import { KeptAnswerRow } from './apps/api/src/idempotency/kept-answer.entity.js';
import { JobRun } from './apps/api/src/jobs/job-run.entity.js';
import { KeyCredits } from './apps/api/src/keys/key-credits.entity.js';
import { LimitNotice } from './apps/api/src/keys/limit-notice.entity.js';
import { ApiKeySecret } from './apps/api/src/keys/api-key-secret.entity.js';
import { ApiKey } from './apps/api/src/keys/api-key.entity.js';
import { WaitingSecret } from './apps/api/src/keys/waiting-secret.entity.js';
import { ExpiryWarning } from './apps/api/src/rotation/expiry-warning.entity.js';
import { AskedPermission } from './apps/api/src/usage/asked-permission.entity.js';
import { UncountedUses } from './apps/api/src/usage/uncounted-uses.entity.js';
import { KeyUsage } from './apps/api/src/usage/key-usage.entity.js';
import { StoredUsageEvent } from './apps/api/src/usage/usage-event.entity.js';
import { UsageHour } from './apps/api/src/usage/usage-hour.entity.js';
import { UsageMinute } from './apps/api/src/usage/usage-minute.entity.js';
import { UsageOutcome } from './apps/api/src/usage/usage-outcome.entity.js';
import { UsageText, UsageTextHour } from './apps/api/src/usage/usage-text.entity.js';
import { UsageSpool } from './apps/api/src/usage/usage-spool.entity.js';
import { WebhookDelivery } from './apps/api/src/webhooks/deliveries/webhook-delivery.entity.js';
import { WebhookEndpoint } from './apps/api/src/webhooks/endpoints/webhook-endpoint.entity.js';
import { WebhookSecret } from './apps/api/src/webhooks/endpoints/webhook-secret.entity.js';

// The TypeORM command line reads no .env of its own.
if (existsSync('.env')) process.loadEnvFile('.env');

/** Every table of the product: what `npm run migration:check` compares the migrations with. */
export const entities = [
  Anomaly,
  AnomalyBudgetRow,
  AnomalyMute,
  AnomalyWatchRow,
  ApiKey,
  ApiKeySecret,
  AskedPermission,
  AuditEntry,
  Erasure,
  ExpiryWarning,
  JobRun,
  KeptAnswerRow,
  KeyCredits,
  KeyEvidence,
  ResponsePolicyRow,
  InsightDigest,
  ShapeChange,
  KeyUsage,
  LimitNotice,
  LogTreeRow,
  OutgoingEvent,
  MasterKeyRow,
  RefreshToken,
  Session,
  SignInAttempt,
  StoredUsageEvent,
  UsageHour,
  UsageMinute,
  UsageOutcome,
  UsageText,
  UsageTextHour,
  UsageSpool,
  UncountedUses,
  UseBitmap,
  UseChunk,
  User,
  WaitingSecret,
  WatchedKey,
  WatchedShape,
  WebhookDelivery,
  WebhookEndpoint,
  WebhookSecret,
];

/** For the TypeORM command line, as in `typeorm migration:generate -d dist/ormconfig.js`. Not used by the product. */
export default new DataSource({
  ...migrationConnection(process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/akm'),
  entities,
  migrations,
});

import { type DynamicModule, Logger, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { Clock } from '#domain';
import { GuardsModule } from '#guards';
import { AnomalyModule } from './anomaly/anomaly.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AccessGuard } from './auth/access.guard.js';
import { AuthModule } from './auth/auth.module.js';
import { ChangeFeedModule } from './change-feed/change-feed.module.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { ConsoleModule } from './console/console.module.js';
import type { DatabaseSettings } from './database/data-source.js';
import { DatabaseModule } from './database/database.module.js';
import type { DatabaseCheck } from './database/migrate.js';
import { EventsModule } from './events/events.module.js';
import { masterKeyCheck } from './encryption/master-key-check.js';
import { EncryptionModule } from './encryption/encryption.module.js';
import { HealthModule } from './health/health.module.js';
import { InsightsModule } from './insights/insights.module.js';
import { BackgroundThread } from './jobs/background-thread.js';
import { BackgroundThreadModule } from './jobs/background-thread.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { logTreeCheck } from './log-tree/log-tree-check.js';
import { LogTreeModule } from './log-tree/log-tree.module.js';
import { KeysModule } from './keys/keys.module.js';
import { LocalKeyVerifier } from './keys/verification/local-key-verifier.js';
import { VerificationModule } from './keys/verification/verification.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { RotationModule } from './rotation/rotation.module.js';
import { UsageModule } from './usage/usage.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

export interface AppOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly database: DatabaseSettings;
  /** For work that nobody waits for; absent: it is done between requests. Whoever made it closes it. */
  readonly thread?: BackgroundThread | null;
}

/** The list of rooms. */
@Module({})
export class AppModule {
  static forRoot({ config, clock, database, thread = null }: AppOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config, clock),
        BackgroundThreadModule.forRoot(thread),
        MetricsModule,
        DatabaseModule.forRoot({ ...database, check: checkOf(config, clock) }),
        GuardsModule.forRoot({ imports: [VerificationModule], verifier: LocalKeyVerifier, clock }),
        LogTreeModule,
        AuditModule,
        EventsModule,
        ChangeFeedModule,
        EncryptionModule,
        UsageModule,
        AuthModule,
        KeysModule,
        VerificationModule,
        HealthModule,
        JobsModule,
        RotationModule,
        WebhooksModule,
        AnomalyModule,
        InsightsModule,
        ConsoleModule,
      ],
      providers: [{ provide: APP_GUARD, useExisting: AccessGuard }],
    };
  }
}

/** First whether the master key opens it, then whether it is the database that it was. */
function checkOf(config: Config, clock: Clock): DatabaseCheck {
  const warn = (message: string) => {
    new Logger('Database').warn(message);
  };
  const checks = [masterKeyCheck(config.secrets.masterEncryption, clock), logTreeCheck(config, clock, warn)];
  return async (runner) => {
    for (const check of checks) await check(runner);
  };
}

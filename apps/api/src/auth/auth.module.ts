import { Module } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Clock } from '#domain';
import { ChangeFeedModule } from '../change-feed/change-feed.module.js';
import { Config } from '../config/config.js';
import { BucketStore } from '../rate-limit/bucket-store.js';
import { BucketThrottlerStorage } from '../rate-limit/bucket-throttler-storage.js';
import { AuditModule } from '../audit/audit.module.js';
import { ErasureModule } from '../erasure/erasure.module.js';
import { EventsModule } from '../events/events.module.js';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { AccessCheck } from './access-check.js';
import { AccessGuard } from './access.guard.js';
import { AccessTokens } from './access-token.js';
import { BrowserSessions } from './browser-sessions.js';
import { AuthController } from './auth.controller.js';
import { FirstAdmin } from './first-admin.js';
import { MachineRoutes } from './machine-routes.js';
import { OwnAccountController } from './own-account.controller.js';
import { OwnAccount } from './own-account.js';
import { PageCheck } from './page-check.js';
import { PasswordCheck } from './password-check.js';
import { PasswordHasher } from './password-hasher.js';
import { PeopleController } from './people.controller.js';
import { PersonSessionsController } from './person-sessions.controller.js';
import { People } from './people.js';
import { OwnerRoles } from './owner-roles.js';
import { PersonErasure } from './person-erasure.js';
import { Principals } from './principals.js';
import { RefreshToken } from './refresh-token.entity.js';
import { RefusedSignIns } from './refused-sign-ins.js';
import { Registration } from './registration.js';
import { Session } from './session.entity.js';
import { SessionRefresh } from './session-refresh.js';
import { SessionsController } from './sessions.controller.js';
import { Sessions } from './sessions.js';
import { SignInAttempt } from './sign-in-attempt.entity.js';
import { SignInAttempts } from './sign-in-attempts.js';
import { SignInMetrics } from './sign-in-metrics.js';
import { SignIn } from './sign-in.js';
import { signInThrottlers } from './sign-in-throttlers.js';
import { TokenPresenter } from './token.presenter.js';
import { User } from './user.entity.js';
import { Users } from './users.js';

@Module({
  imports: [
    ChangeFeedModule,
    TypeOrmModule.forFeature([User, Session, RefreshToken, SignInAttempt]),
    AuditModule,
    ErasureModule,
    EventsModule,
    RateLimitModule,
    ThrottlerModule.forRootAsync({
      imports: [RateLimitModule],
      inject: [Config, BucketStore, Clock],
      useFactory: ({ auth }: Config, buckets: BucketStore, clock: Clock) =>
        signInThrottlers(auth.signInsPerMinute, new BucketThrottlerStorage(buckets, clock)),
    }),
  ],
  controllers: [AuthController, OwnAccountController, SessionsController, PeopleController, PersonSessionsController],
  providers: [
    AccessCheck,
    AccessGuard,
    AccessTokens,
    BrowserSessions,
    FirstAdmin,
    MachineRoutes,
    OwnAccount,
    PageCheck,
    PasswordCheck,
    PasswordHasher,
    People,
    PersonErasure,
    OwnerRoles,
    Principals,
    RefusedSignIns,
    Registration,
    SessionRefresh,
    Sessions,
    SignIn,
    SignInAttempts,
    SignInMetrics,
    TokenPresenter,
    Users,
  ],
  exports: [
    AccessGuard,
    FirstAdmin,
    MachineRoutes,
    OwnAccount,
    People,
    RefusedSignIns,
    Registration,
    Sessions,
    SignIn,
    ThrottlerModule,
    Users,
  ],
})
export class AuthModule {}

import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChangeFeedModule } from '../change-feed/change-feed.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { EventsModule } from '../events/events.module.js';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { AccessCheck } from './access-check.js';
import { AccessGuard } from './access.guard.js';
import { AccessTokens } from './access-token.js';
import { AddressLimit } from './address-limit.js';
import { AuthController } from './auth.controller.js';
import { FirstAdmin } from './first-admin.js';
import { MachineRoutes } from './machine-routes.js';
import { OwnAccountController } from './own-account.controller.js';
import { OwnAccount } from './own-account.js';
import { PasswordCheck } from './password-check.js';
import { PasswordHasher } from './password-hasher.js';
import { PeopleController } from './people.controller.js';
import { People } from './people.js';
import { OwnerRoles } from './owner-roles.js';
import { Principals } from './principals.js';
import { RefreshToken } from './refresh-token.entity.js';
import { Registration } from './registration.js';
import { Session } from './session.entity.js';
import { SessionRefresh } from './session-refresh.js';
import { SessionsController } from './sessions.controller.js';
import { Sessions } from './sessions.js';
import { SignInAttempt } from './sign-in-attempt.entity.js';
import { SignInAttempts } from './sign-in-attempts.js';
import { SignInMetrics } from './sign-in-metrics.js';
import { SignIn } from './sign-in.js';
import { TokenPresenter } from './token.presenter.js';
import { User } from './user.entity.js';
import { Users } from './users.js';

@Module({
  imports: [
    ChangeFeedModule,
    TypeOrmModule.forFeature([User, Session, RefreshToken, SignInAttempt]),
    AuditModule,
    EventsModule,
    RateLimitModule,
  ],
  controllers: [AuthController, OwnAccountController, SessionsController, PeopleController],
  providers: [
    AccessCheck,
    AccessGuard,
    AccessTokens,
    AddressLimit,
    FirstAdmin,
    MachineRoutes,
    OwnAccount,
    PasswordCheck,
    PasswordHasher,
    People,
    OwnerRoles,
    Principals,
    Registration,
    SessionRefresh,
    Sessions,
    SignIn,
    SignInAttempts,
    SignInMetrics,
    TokenPresenter,
    Users,
  ],
  exports: [AccessGuard, FirstAdmin, MachineRoutes],
})
export class AuthModule {}

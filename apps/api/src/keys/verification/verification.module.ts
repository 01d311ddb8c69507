import { Module, type OnModuleInit } from '@nestjs/common';
import { AuditModule } from '../../audit/audit.module.js';
import { AuthModule } from '../../auth/auth.module.js';
import { MachineRoutes } from '../../auth/machine-routes.js';
import { ChangeFeedModule } from '../../change-feed/change-feed.module.js';
import { RateLimitModule } from '../../rate-limit/rate-limit.module.js';
import { UsageModule } from '../../usage/usage.module.js';
import { AskedPermissions } from './asked-permissions.js';
import { CreditPurse } from './credit-purse.js';
import { GatewayAuthRoute } from './gateway-auth.route.js';
import { ImportedFormats } from './imported-formats.js';
import { IntrospectRoute } from './introspect.route.js';
import { KeyCache } from './key-cache.js';
import { KeyLookup } from './key-lookup.js';
import { LeakedKeys } from './leaked-keys.js';
import { LocalKeyVerifier } from './local-key-verifier.js';
import { PresentedKeys } from './presented-keys.js';
import { ProtectedController } from './protected.controller.js';
import { VerificationCounts } from './verification-counts.js';
import { VerificationMetrics } from './verification-metrics.js';
import { VerifyBatchRoute } from './verify-batch.route.js';
import { VerifyKeyRoute } from './verify-key.route.js';
import { VerifySelfRoute } from './verify-self.route.js';

@Module({
  imports: [AuditModule, AuthModule, ChangeFeedModule, RateLimitModule, UsageModule],
  controllers: [ProtectedController],
  providers: [
    AskedPermissions,
    CreditPurse,
    GatewayAuthRoute,
    ImportedFormats,
    IntrospectRoute,
    KeyCache,
    KeyLookup,
    LeakedKeys,
    LocalKeyVerifier,
    PresentedKeys,
    VerificationCounts,
    VerificationMetrics,
    VerifyBatchRoute,
    VerifyKeyRoute,
    VerifySelfRoute,
  ],
  exports: [KeyCache, KeyLookup, LocalKeyVerifier],
})
export class VerificationModule implements OnModuleInit {
  constructor(
    private readonly routes: MachineRoutes,
    private readonly verifyKey: VerifyKeyRoute,
    private readonly verifySelf: VerifySelfRoute,
    private readonly verifyBatch: VerifyBatchRoute,
    private readonly gatewayAuth: GatewayAuthRoute,
    private readonly introspect: IntrospectRoute,
  ) {}

  onModuleInit(): void {
    for (const route of [this.verifyKey, this.verifySelf, this.verifyBatch, this.gatewayAuth, this.introspect])
      this.routes.serve(route);
  }
}

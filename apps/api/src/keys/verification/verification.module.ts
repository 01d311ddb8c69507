import { Module } from '@nestjs/common';
import { AuditModule } from '../../audit/audit.module.js';
import { RateLimitModule } from '../../rate-limit/rate-limit.module.js';
import { UsageModule } from '../../usage/usage.module.js';
import { KeyLookup } from './key-lookup.js';
import { LeakedKeys } from './leaked-keys.js';
import { LocalKeyVerifier } from './local-key-verifier.js';
import { ProtectedController } from './protected.controller.js';
import { VerificationController } from './verification.controller.js';

@Module({
  imports: [AuditModule, RateLimitModule, UsageModule],
  controllers: [VerificationController, ProtectedController],
  providers: [KeyLookup, LeakedKeys, LocalKeyVerifier],
  exports: [LocalKeyVerifier],
})
export class VerificationModule {}

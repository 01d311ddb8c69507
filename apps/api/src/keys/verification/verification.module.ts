import { Module } from '@nestjs/common';
import { AuditModule } from '../../audit/audit.module.js';
import { RateLimitModule } from '../../rate-limit/rate-limit.module.js';
import { UsageModule } from '../../usage/usage.module.js';
import { CreditPurse } from './credit-purse.js';
import { ImportedFormats } from './imported-formats.js';
import { KeyLookup } from './key-lookup.js';
import { LeakedKeys } from './leaked-keys.js';
import { LocalKeyVerifier } from './local-key-verifier.js';
import { PresentedKeys } from './presented-keys.js';
import { ProtectedController } from './protected.controller.js';
import { VerificationController } from './verification.controller.js';

@Module({
  imports: [AuditModule, RateLimitModule, UsageModule],
  controllers: [VerificationController, ProtectedController],
  providers: [CreditPurse, ImportedFormats, KeyLookup, LeakedKeys, LocalKeyVerifier, PresentedKeys],
  exports: [ImportedFormats, KeyLookup, LocalKeyVerifier],
})
export class VerificationModule {}

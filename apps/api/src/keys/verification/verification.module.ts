import { Module } from '@nestjs/common';
import { RateLimitModule } from '../../rate-limit/rate-limit.module.js';
import { UsageModule } from '../../usage/usage.module.js';
import { KeyLookup } from './key-lookup.js';
import { LocalKeyVerifier } from './local-key-verifier.js';
import { ProtectedController } from './protected.controller.js';
import { VerificationController } from './verification.controller.js';

@Module({
  imports: [RateLimitModule, UsageModule],
  controllers: [VerificationController, ProtectedController],
  providers: [KeyLookup, LocalKeyVerifier],
  exports: [LocalKeyVerifier],
})
export class VerificationModule {}

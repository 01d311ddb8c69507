import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { RecordedRequests } from './recorded-requests.js';
import { RequestExplanations } from './request-explanations.js';
import { RequestsController } from './requests.controller.js';
import { RuleChanges } from './rule-changes.js';
import { UsesBeforeRefusal } from './uses-before-refusal.js';

/** What can be told of keys from everything that is on record. It reads, and writes nothing. */
@Module({
  imports: [AuditModule, KeysModule, UsageModule],
  controllers: [RequestsController],
  providers: [RecordedRequests, RequestExplanations, RuleChanges, UsesBeforeRefusal],
})
export class InsightsModule {}

import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EncryptionModule } from '../encryption/encryption.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { KeptAnswerRow } from './kept-answer.entity.js';
import { KeptAnswers } from './kept-answers.js';
import { WipeJob } from './wipe.job.js';

@Module({
  imports: [TypeOrmModule.forFeature([KeptAnswerRow]), EncryptionModule, JobsModule],
  providers: [KeptAnswers, WipeJob],
  exports: [KeptAnswers],
})
export class IdempotencyModule {}

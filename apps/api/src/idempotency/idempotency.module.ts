import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EncryptionModule } from '../encryption/encryption.module.js';
import { Jobs } from '../jobs/jobs.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { KeptAnswerRow } from './kept-answer.entity.js';
import { KeptAnswers } from './kept-answers.js';

@Module({
  imports: [TypeOrmModule.forFeature([KeptAnswerRow]), EncryptionModule, JobsModule],
  providers: [KeptAnswers],
  exports: [KeptAnswers],
})
export class IdempotencyModule {
  constructor(jobs: Jobs, answers: KeptAnswers) {
    jobs.add({
      name: 'wipe_kept_answers',
      everyMs: 60_000,
      run: async (now) => ({ items: await answers.wipe(now), failures: [] }),
    });
  }
}

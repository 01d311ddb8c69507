import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EncryptionModule } from '../encryption/encryption.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { CheckpointRetentionJob } from './checkpoint-retention.job.js';
import { Checkpoints } from './checkpoints.js';
import { LogRetirement } from './log-retirement.js';
import { LogSigner } from './log-signer.js';
import { LogTreeRow } from './log-tree-row.entity.js';
import { LogTree } from './log-tree.js';

@Module({
  imports: [TypeOrmModule.forFeature([LogTreeRow]), EncryptionModule, JobsModule],
  providers: [LogTree, Checkpoints, LogSigner, LogRetirement, CheckpointRetentionJob],
  exports: [LogTree, Checkpoints, LogSigner, LogRetirement],
})
export class LogTreeModule {}

import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessLog } from '../http/access-log.js';
import { KeptAddresses } from '../http/kept-addresses.js';
import { ErasureModule } from '../erasure/erasure.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { LogTreeModule } from '../log-tree/log-tree.module.js';
import { AuditEntry } from './audit-entry.entity.js';
import { AuditLog } from './audit-log.js';
import { AuditRetentionJob } from './audit-retention.job.js';
import { LogErasure } from './log-erasure.js';
import { KeyHistory } from './key-history.js';
import { LogExportsController } from './log-exports.controller.js';
import { LogExports } from './log-exports.js';
import { LogProofsController } from './log-proofs.controller.js';
import { LogProofs } from './log-proofs.js';
import { LogReadings } from './log-readings.js';
import { LogReader } from './log-reader.js';
import { LogSealing } from './log-sealing.js';
import { LogStats } from './log-stats.js';
import { LogsController } from './logs.controller.js';
import { UseBitmap, UseChunk } from './use-chunk.entity.js';
import { UseChunksJob } from './use-chunks.job.js';

@Module({
  imports: [TypeOrmModule.forFeature([AuditEntry, UseBitmap, UseChunk]), ErasureModule, JobsModule, LogTreeModule],
  controllers: [LogsController, LogExportsController, LogProofsController],
  providers: [
    AccessLog,
    KeptAddresses,
    AuditLog,
    AuditRetentionJob,
    KeyHistory,
    LogReader,
    LogStats,
    LogErasure,
    LogExports,
    LogSealing,
    LogProofs,
    LogReadings,
    UseChunksJob,
  ],
  exports: [AuditLog, KeptAddresses, KeyHistory, LogReader, LogExports, LogProofs, LogReadings, LogSealing],
})
export class AuditModule {}

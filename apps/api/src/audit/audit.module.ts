import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditEntry } from './audit-entry.entity.js';
import { AuditLog } from './audit-log.js';
import { LogReader } from './log-reader.js';
import { LogsController } from './logs.controller.js';

@Module({
  imports: [TypeOrmModule.forFeature([AuditEntry])],
  controllers: [LogsController],
  providers: [AuditLog, LogReader],
  exports: [AuditLog],
})
export class AuditModule {}

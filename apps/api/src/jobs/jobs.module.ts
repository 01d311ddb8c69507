import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';
import { JobLock } from './job-lock.js';
import { JobRun } from './job-run.entity.js';
import { JobsController } from './jobs.controller.js';
import { JobMetrics } from './job-metrics.js';
import { Jobs } from './jobs.js';
import { Schedule } from './schedule.js';

@Module({
  imports: [TypeOrmModule.forFeature([JobRun]), ScheduleModule.forRoot()],
  controllers: [JobsController],
  providers: [JobLock, JobMetrics, Jobs, Schedule],
  exports: [Jobs],
})
export class JobsModule {}

import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { EventsModule } from '../events/events.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { AutoRotationJob } from './auto-rotation.job.js';
import { ExpiryWarning } from './expiry-warning.entity.js';
import { ExpiryJobs } from './expiry.jobs.js';
import { GraceJob } from './grace.job.js';
import { PickupReminderJob } from './pickup-reminder.job.js';

/** What happens to keys because time passes. */
@Module({
  imports: [TypeOrmModule.forFeature([ExpiryWarning]), JobsModule, KeysModule, AuditModule, EventsModule],
  providers: [ExpiryJobs, GraceJob, AutoRotationJob, PickupReminderJob],
})
export class RotationModule {}

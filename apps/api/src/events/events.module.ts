import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ErasureModule } from '../erasure/erasure.module.js';
import { EventErasure } from './event-erasure.js';
import { EventOutbox } from './event-outbox.js';
import { OutgoingEvent } from './outgoing-event.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([OutgoingEvent]), ErasureModule],
  providers: [EventErasure, EventOutbox],
  exports: [EventOutbox],
})
export class EventsModule {}

import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventOutbox } from './event-outbox.js';
import { OutgoingEvent } from './outgoing-event.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([OutgoingEvent])],
  providers: [EventOutbox],
  exports: [EventOutbox],
})
export class EventsModule {}

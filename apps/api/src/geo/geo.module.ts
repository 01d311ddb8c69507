import { Module } from '@nestjs/common';
import { Clock } from '#domain';
import { Config } from '../config/config.js';
import { Origins } from './origins.js';

/** What can be known of an address beyond its digits. */
@Module({
  providers: [
    {
      provide: Origins,
      inject: [Config, Clock],
      useFactory: ({ geo }: Config, clock: Clock) => Origins.open(geo, clock),
    },
  ],
  exports: [Origins],
})
export class GeoModule {}

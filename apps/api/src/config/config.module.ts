import { type DynamicModule, Module } from '@nestjs/common';
import { Clock, SystemClock } from '#domain';
import { Config } from './config.js';

/** Gives every room the parsed configuration and the clock. */
@Module({})
export class ConfigModule {
  static forRoot(config: Config, clock: Clock = new SystemClock()): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [
        { provide: Config, useValue: config },
        { provide: Clock, useValue: clock },
      ],
      exports: [Config, Clock],
    };
  }
}

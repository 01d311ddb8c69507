import { type DynamicModule, Module } from '@nestjs/common';
import { BackgroundThread } from './background-thread.js';

/** The thread, or null, for the rooms that have work for it. */
@Module({})
export class BackgroundThreadModule {
  static forRoot(thread: BackgroundThread | null): DynamicModule {
    return {
      module: BackgroundThreadModule,
      global: true,
      providers: [{ provide: BackgroundThread, useValue: thread }],
      exports: [BackgroundThread],
    };
  }
}

import { setTimeout } from 'node:timers/promises';
import { type DynamicModule, Logger, Module } from '@nestjs/common';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import type { DataSourceOptions } from 'typeorm';
import { Config } from '../config/config.js';
import { DatabaseMetrics } from './database-metrics.js';
import { type DatabaseSettings, openDataSource } from './data-source.js';
import { ServerUnreachableError } from './reach-server.js';

/** How often a server that cannot be reached yet is tried, and how long between two tries. */
const ATTEMPTS = 10;
const PAUSE_MS = 3_000;

/** The one data source of the product, global. Rooms bring their entities with `TypeOrmModule.forFeature`. */
@Module({})
export class DatabaseModule {
  static forRoot(settings: DatabaseSettings): DynamicModule {
    const logger = new Logger('Database');
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [Config],
          useFactory: (config: Config): TypeOrmModuleOptions => {
            if (config.production && settings.url === null) logger.warn(EMBEDDED_IN_PRODUCTION);
            return {
              type: 'postgres',
              autoLoadEntities: true,
              toRetry: () => false,
            };
          },
          dataSourceFactory: (options?: DataSourceOptions) =>
            patiently(() => openDataSource({ ...settings, entities: options?.entities, log: logger }), logger),
        }),
      ],
      providers: [DatabaseMetrics],
    };
  }
}

const EMBEDDED_IN_PRODUCTION =
  'The embedded database serves one process on one disk. For replicas, failover or online backups set DATABASE_URL.';

/** Waits for a server that starts beside us, and says so once. */
async function patiently<T>(open: () => Promise<T>, logger: Logger): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof ServerUnreachableError && error.mayPass) || attempt === ATTEMPTS) throw error;
      if (attempt === 1) logger.warn(`${error.message}. Trying again for ${((ATTEMPTS - 1) * PAUSE_MS) / 1_000} s`);
      await setTimeout(PAUSE_MS);
    }
  }
}

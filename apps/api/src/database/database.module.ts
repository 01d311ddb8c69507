import { type DynamicModule, Logger, Module } from '@nestjs/common';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import type { DataSourceOptions } from 'typeorm';
import { Config } from '../config/config.js';
import { type DatabaseSettings, openDataSource } from './data-source.js';
import { sqlState } from './transaction.js';

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
              retryAttempts: ATTEMPTS,
              retryDelay: PAUSE_MS,
              toRetry: mayPass,
            };
          },
          dataSourceFactory: (options?: DataSourceOptions) =>
            openDataSource({ ...settings, entities: options?.entities, log: logger }),
        }),
      ],
    };
  }
}

const EMBEDDED_IN_PRODUCTION =
  'The embedded database serves one process on one disk. For replicas, failover or online backups set DATABASE_URL.';

const CANNOT_CONNECT_NOW = '57P03';
const TOO_MANY_CONNECTIONS = '53300';
const MAY_PASS = new Set([CANNOT_CONNECT_NOW, TOO_MANY_CONNECTIONS, 'ECONNREFUSED', 'ECONNRESET', 'EAI_AGAIN']);

/** A server that starts beside us. A wrong password or a folder in use will not get better by waiting. */
function mayPass(error: unknown): boolean {
  return MAY_PASS.has(sqlState(error) ?? '');
}

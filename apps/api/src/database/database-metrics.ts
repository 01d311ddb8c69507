import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { byLabel, shared, single } from '../metrics/metric.js';
import { Metrics } from '../metrics/metrics.js';

const ANSWER_MS_MAX = 1_000;

/** Whether the database answers, and whether there are connections enough to ask it. */
@Injectable()
export class DatabaseMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly dataSource: DataSource,
  ) {}

  onModuleInit(): void {
    const pool = (this.dataSource.driver as PostgresDriver).master as Pool;
    const ping = shared(() => this.dataSource.query('SELECT 1'));
    let waiting = 0;
    this.metrics.add(
      {
        name: 'akm_database_up',
        help: '1 while the database answers within a second',
        type: 'gauge',
        read: () => Promise.race([ping().then(up, down), pause(ANSWER_MS_MAX, down(), { ref: false })]),
      },
      {
        name: 'akm_database_connections',
        help: 'Open connections of the pool',
        type: 'gauge',
        read: () => byLabel('state', { busy: pool.totalCount - pool.idleCount, idle: pool.idleCount }),
      },
      {
        name: 'akm_database_connections_max',
        help: 'How many connections the pool opens at most',
        type: 'gauge',
        read: () => single(pool.options.max),
      },
      {
        name: 'akm_database_waiting_requests',
        help: 'Statements and transactions that wait for a free connection',
        type: 'gauge',
        // What the scrape asks of the database itself would wait for the only connection of the embedded one, every time.
        prepare: () => {
          waiting = pool.waitingCount;
        },
        read: () => single(waiting),
      },
    );
  }
}

const up = () => single(1);
const down = () => single(0);

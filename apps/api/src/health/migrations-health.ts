import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { DataSource } from 'typeorm';
import { migrations } from '../database/migrations/index.js';

/** Whether the schema in the database is the one this build was made for. */
@Injectable()
export class MigrationsHealth {
  constructor(
    private readonly dataSource: DataSource,
    private readonly indicators: HealthIndicatorService,
  ) {}

  async check(name: string): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check(name);
    const [row] = await this.dataSource.query<{ applied: number }[]>('SELECT count(*)::int AS applied FROM migrations');
    return row?.applied === migrations.length ? indicator.up() : indicator.down();
  }
}

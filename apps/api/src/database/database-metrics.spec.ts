import type { DataSource } from 'typeorm';
import { parseMetrics } from '../../../../test/support/prometheus-text.js';
import { single } from '../metrics/metric.js';
import { Metrics } from '../metrics/metrics.js';
import { DatabaseMetrics } from './database-metrics.js';

describe('what is told of the database', () => {
  it.each([0, 3])('counts those who wait for it (%i), and not the scrape that asks', async (waitingCount) => {
    const pool = { totalCount: 1, idleCount: 0, waitingCount, options: { max: 1 } };
    const query = () => {
      pool.waitingCount += 1;
      return Promise.resolve([]);
    };
    const metrics = new Metrics();
    const ask = () => query().then(() => single(1));
    metrics.add({ name: 'akm_before', help: 'Asks the database first', type: 'gauge', read: ask });
    new DatabaseMetrics(metrics, { driver: { master: pool }, query } as unknown as DataSource).onModuleInit();
    const told = parseMetrics(await metrics.text());
    expect(told.get('akm_database_waiting_requests')?.samples).toMatchObject([{ value: waitingCount }]);
  });
});

import { TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();

describe('operations', () => {
  it.each(['/health', '/healthz'])('%s says what is running', async (path) => {
    const { status, body } = await app.call('GET', path);
    expect(status).toBe(200);
    expect(body).toEqual({ status: 'ok', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string, service: 'akm' });
  });

  it('/readyz tells of the database and its schema', async () => {
    const { status, body } = await app.call('GET', '/readyz');
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'ok', details: { database: { status: 'up' }, migrations: { status: 'up' } } });
  });

  it('/readyz tells how limits are kept, and how fresh what is known of keys is', async () => {
    const { body } = await app.call('GET', '/readyz');
    const isServer = Boolean(process.env.TEST_DATABASE_URL);
    expect(body.details).toMatchObject({
      limits: { status: 'up', mode: 'memory' },
      key_cache: {
        status: 'up',
        feed: isServer ? 'server' : 'embedded',
        trusted: true,
        age_ms: expect.any(Number) as number,
        size: expect.any(Number) as number,
      },
    });
    expect(body.details).toHaveProperty('key_cache.lag_ms');
  });

  it('/readyz is 503 while the schema is not the one this build was made for', async () => {
    await app.dataSource.query(`INSERT INTO migrations (timestamp, name) VALUES (1, 'later')`);
    const { status, body } = await app.call('GET', '/readyz');
    await app.dataSource.query(`DELETE FROM migrations WHERE name = 'later'`);
    expect([status, body.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
  });
});

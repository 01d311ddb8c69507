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

  it('/readyz is 503 while the schema is not the one this build was made for', async () => {
    await app.dataSource.query(`INSERT INTO migrations (timestamp, name) VALUES (1, 'later')`);
    const { status, body } = await app.call('GET', '/readyz');
    await app.dataSource.query(`DELETE FROM migrations WHERE name = 'later'`);
    expect([status, body.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
  });
});

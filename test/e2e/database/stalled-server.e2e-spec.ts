import '../../support/e2e-timeout.js';
import type { DataSource } from 'typeorm';
import { problemOf } from '#problems';
import { openDataSource } from '../../../apps/api/src/database/data-source.js';
import { allowingTime } from '../../../apps/api/src/database/statement-time.js';
import { inTransaction } from '../../../apps/api/src/database/transaction.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { openTestDatabase, type TestDatabase } from '../../support/test-database.js';

/** As usual, but shorter. */
const TIME = { statementMs: 200, silenceMs: 400 };
const LONGER_THAN_THAT = 'SELECT pg_sleep(0.6)';

const describeOnServer = process.env.TEST_DATABASE_URL ? describe : describe.skip;

describeOnServer('a PostgreSQL server that says nothing any more', () => {
  let database: TestDatabase;
  let network: TcpProxy;
  let dataSource: DataSource;

  beforeEach(async () => {
    database = await openTestDatabase();
    network = await TcpProxy.start(String(database.settings.url));
    dataSource = await openDataSource({
      ...database.settings,
      url: network.url,
      poolSize: 1,
      statementTime: TIME,
      log: { warn: () => undefined, error: () => undefined },
    });
  });
  afterEach(async () => {
    await dataSource.destroy();
    await network.stop();
    await database.close();
  });

  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'answered',
      (error: unknown) => problemOf(error).code,
    );

  it('has whoever waits for it told to come back later, and serves again on a new connection', async () => {
    await allowingTime(() => dataSource.query('SELECT 1'));
    network.interrupt('silence');
    expect(await codeOf(dataSource.query('SELECT 1'))).toBe('SERVICE_UNAVAILABLE');
    network.mend();
    expect(await codeOf(dataSource.query('SELECT 1'))).toBe('answered');
  });

  it('ends a transaction that is under way, of which nothing is left', async () => {
    await dataSource.query('CREATE TABLE marks (id integer)');
    const begun = inTransaction(dataSource, async (manager) => {
      await manager.query('INSERT INTO marks VALUES (1)');
      network.interrupt('silence');
      await manager.query('INSERT INTO marks VALUES (2)');
    });
    expect(await codeOf(begun)).toBe('SERVICE_UNAVAILABLE');
    network.mend();
    expect(await dataSource.query('SELECT * FROM marks')).toEqual([]);
  });

  it('is not taken for one that is slow, and says itself that it ended a statement', async () => {
    const [slow] = await Promise.allSettled([dataSource.query(LONGER_THAN_THAT)]);
    expect(slow).toMatchObject({ status: 'rejected', reason: { driverError: { code: '57014' } } });
  });

  it('gives long work its time, and the next in line the usual one on the same connection', async () => {
    const pid = () => dataSource.query<object[]>('SELECT pg_backend_pid() AS pid');
    const before = await pid();
    expect(await codeOf(allowingTime(() => dataSource.query(LONGER_THAN_THAT)))).toBe('answered');
    const report = allowingTime(() => inTransaction(dataSource, (manager) => manager.query(LONGER_THAN_THAT)));
    expect(await codeOf(report)).toBe('answered');
    expect(await codeOf(dataSource.query(LONGER_THAN_THAT))).toBe('SERVICE_UNAVAILABLE');
    expect(await pid()).toEqual(before);
    expect(await dataSource.query('SHOW statement_timeout')).toEqual([{ statement_timeout: '200ms' }]);
  });

  it('does not hold up long work either that has not begun', async () => {
    await dataSource.query('SELECT 1');
    network.interrupt('silence');
    expect(await codeOf(allowingTime(() => dataSource.query('SELECT 1')))).toBe('SERVICE_UNAVAILABLE');
    network.mend();
    expect(await codeOf(allowingTime(() => dataSource.query('SELECT 1')))).toBe('answered');
  });

  it('leaves no connection behind when long work fails', async () => {
    await expect(allowingTime(() => dataSource.query('SELECT nonsense'))).rejects.toThrow();
    expect(await codeOf(dataSource.query(LONGER_THAN_THAT))).toBe('SERVICE_UNAVAILABLE');
    expect(await codeOf(dataSource.query('SELECT 1'))).toBe('answered');
  });
});

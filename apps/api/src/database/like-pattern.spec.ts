import type { DataSource } from 'typeorm';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { openDataSource } from './data-source.js';
import { anywhere, foundIn, inAnyCase } from './like-pattern.js';

describe('anywhere', () => {
  it('takes nothing in a text for a wildcard', () => {
    expect(anywhere('50%_a\\b')).toBe('%50\\%\\_a\\\\b%');
  });
});

describe('inAnyCase', () => {
  it.each([
    ['worker/99', '%/99%', '%worker/99%'],
    ['Curl/8.5.0 (x86_64)', '%/8.5.0 (%', '%Curl/8.5.0 (x86\\_64)%'],
    ['nothing', '%%', '%nothing%'],
    ['', '%%', '%%'],
  ])('looks for what of %s has no case first', (text, caseless, whole) => {
    expect(inAnyCase(text)).toEqual([caseless, whole]);
  });
});

describe('foundIn', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  beforeAll(async () => {
    database = await openTestDatabase();
    dataSource = await openDataSource({ ...database.settings, entities: [], log: console });
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.close();
  });

  it.each([
    ['curl/8.5.0 (LINUX', 'Curl/8.5.0 (Linux; x86_64)', true],
    ['100%', 'Sure at 100%', true],
    ['100%', '1000 times', false],
    ['a_B', 'A_b', true],
    ['a_b', 'axb', false],
    ['ÄRger', '/Ärger/1', true],
    ['ärger', '/Ärger/1', false],
    ['', '/', true],
  ])('asked for %s, answers of %s: %s', async (wanted, text, found) => {
    const sql = `SELECT ${foundIn('text', ['$1', '$2'])} AS found FROM (SELECT $3::text AS text) AS use`;
    expect(await dataSource.query(sql, [...inAnyCase(wanted), text])).toEqual([{ found }]);
  });
});

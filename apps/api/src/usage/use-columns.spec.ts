import * as fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { usageEvent } from '../../../../test/support/usage.js';
import { openDataSource } from '../database/data-source.js';
import { SpooledEvents } from './spooled-events.js';
import { unnestAsked, unnestUses, UseColumns } from './use-columns.js';
import { usageJson } from './usage-json.js';

const ID = '01930000-0000-7000-8000-00000000000e';
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

function spooled(...json: readonly string[]): SpooledEvents {
  const bounds: number[] = [];
  let at = 0;
  for (const each of json) {
    bounds.push(at, at + Buffer.byteLength(each));
    at += Buffer.byteLength(each) + 1;
  }
  return new SpooledEvents(Buffer.from(json.join('\n')), bounds);
}

/** What the database has of it. */
async function received(columns: UseColumns): Promise<unknown[]> {
  return dataSource.query(
    `SELECT id, at::float8 AS at, key, secret, owner, outcome, us, request, ip, agent, method, path,
      (SELECT array_agg(permission) FROM ${unnestAsked(1)} WHERE asking.place = use.place) AS asked
    FROM ${unnestUses(1)} ORDER BY place`,
    columns.params,
  );
}

const text = () =>
  fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom('"', '\\', '","ip":"', 'null', 'ü', '\0'));
const event = fc
  .record({
    at: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    keyId: fc.option(fc.uuid()),
    secretId: fc.option(fc.uuid()),
    ownerId: fc.option(fc.uuid()),
    latencyUs: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    requestId: text(),
    ip: fc.option(text()),
    userAgent: fc.option(text()),
    endpoint: text(),
    asked: fc.option(fc.uniqueArray(fc.constantFrom('read', 'a.b', ''), { minLength: 1 }), { freq: 3 }),
  })
  .map((different) => usageJson(ID, usageEvent(different)));

describe('uses by their columns', () => {
  it('are what PostgreSQL would have read in their JSON, whatever was in that memory before', async () => {
    const columns = new UseColumns();
    const same = async (json: string[]) => {
      expect(await columns.fill(spooled(...json))).toBe(true);
      const told = json.map((each) => JSON.parse(each) as object);
      expect(await received(columns)).toEqual(told.map((each) => ({ asked: null, ...each })));
    };
    await fc.assert(fc.asyncProperty(fc.array(event, { maxLength: 8 }), same));
  });

  it('are as many as there are', async () => {
    const columns = new UseColumns();
    const json = Array.from({ length: 3_000 }, (_, n) => usageJson(ID, usageEvent({ latencyUs: n, ip: null })));
    expect(await columns.fill(spooled(...json))).toBe(true);
    expect(await received(columns)).toMatchObject(json.map((_, us) => ({ us, ip: null })));
  });

  const good = usageJson(ID, usageEvent());
  it.each([
    ['no UUID', good.replace(`"id":"${ID}"`, '"id":"no uuid"')],
    ['a UUID with a dash too few', good.replace('0193-', '01930').replace('0000-0000', '00000-000')],
    ['a UUID with something else in it', good.replace(ID, `${ID.slice(0, -1)}g`)],
    ['a UUID that is cut off', good.replace(ID, ID.slice(0, -1))],
    ['a time that is none', good.replace(/"at":\d+/, '"at":"soon"')],
    ['a time that is empty', good.replace(/"at":\d+/, '"at":""')],
    ['a fraction', good.replace('"us":41', '"us":41.5')],
    ['less than nothing', good.replace('"us":41', '"us":-1')],
    ['more than there is room for', good.replace('"us":41', '"us":2147483648')],
    ['no JSON', good.slice(0, -2)],
    ['something behind it', `${good}}`],
    ['no object', '"text"'],
    ['nothing', 'null'],
  ])('are not filled with what has %s', async (_, json) => {
    expect(json).not.toBe(good);
    const columns = new UseColumns();
    expect(await columns.fill(spooled(good, json))).toBe(false);
    expect(await columns.fill(spooled(good))).toBe(true);
    expect(await received(columns)).toHaveLength(1);
  });

  it('may be none', async () => {
    const columns = new UseColumns();
    await columns.fill(spooled(good));
    await columns.fill();
    expect(await received(columns)).toEqual([]);
  });
});

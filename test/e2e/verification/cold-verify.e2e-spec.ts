import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { KeyCache } from '../../../apps/api/src/keys/verification/key-cache.js';
import { digestOf } from '#domain';
import { repositoryRoot } from '../../support/server-process.js';
import { type Person, TestApp } from '../../support/test-app.js';

/** What a use of a key that is not in memory asks the database. A change of it is a change of this file, to be looked at. */
const SNAPSHOT = readFileSync(join(repositoryRoot(), 'test/e2e/verification/cold-verify.sql'), 'utf8');

const KEYS = 5_000;

/** What goes on beside requests: following what others change, and storing what uses left behind. */
const BESIDE = /change_feed|usage_/;

describe('the use of a key that is not in memory', () => {
  const app = TestApp.forTests();
  let owner: Person;
  let key: { id: string; secret: string };
  beforeAll(async () => {
    owner = await app.person();
    key = await app.key(owner, { rate_limit_per_minute: 10_000 });
  });

  /** Every statement that was sent for something while it was done. */
  async function sentDuring(act: () => Promise<unknown>): Promise<string[]> {
    const query = jest.spyOn(pg.Client.prototype, 'query');
    await act();
    const byClient = new Map<unknown, string[]>();
    for (const [at, [statement]] of query.mock.calls.entries()) {
      const client: unknown = query.mock.contexts[at];
      byClient.set(client, [...(byClient.get(client) ?? []), textOf(statement)]);
    }
    query.mockRestore();
    return [...byClient.values()].flatMap(withoutWhatGoesOnBeside);
  }

  it.each([
    ['GET /api/v1/verify', () => app.call('GET', '/api/v1/verify', { key: key.secret })],
    ['GET /api/v1/gateway/auth', () => app.call('GET', '/api/v1/gateway/auth', { key: key.secret })],
    ['GET /api/v1/protected/test', () => app.call('GET', '/api/v1/protected/test', { key: key.secret })],
  ])('is one read of the database by %s, and the next one none', async (_, use) => {
    app.nest.get(KeyCache).forget();
    expect(await sentDuring(use)).toEqual([SNAPSHOT]);
    expect(await sentDuring(use)).toEqual([]);
  });

  it('is found by indexes alone among many keys', async () => {
    await app.dataSource.query(MORE_KEYS, [key.id, KEYS]);
    await app.dataSource.query(MORE_SECRETS, [key.id]);
    await app.dataSource.query('ANALYZE api_keys, api_key_secrets');
    const [row] = await app.dataSource.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }[]>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${SNAPSHOT}`,
      [digestOf(key.secret)],
    );
    const reads = leavesOf(row?.['QUERY PLAN'][0].Plan);
    expect(reads.map((read) => [read['Node Type'], read['Index Name'], read['Actual Rows']])).toEqual([
      ['Index Scan', 'api_key_secrets_digest_key', 1],
      ['Index Scan', 'api_keys_pkey', 1],
    ]);
  });
});

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly Plans?: readonly PlanNode[];
}

function leavesOf(node: PlanNode | undefined): readonly PlanNode[] {
  if (!node) return [];
  return node.Plans ? node.Plans.flatMap(leavesOf) : [node];
}

/**
 * The statements of one connection but for those that are of something else, and its transactions: what began before or
 * goes on afterwards is not of a request that has been answered.
 */
function withoutWhatGoesOnBeside(statements: readonly string[]): string[] {
  const last = (pattern: RegExp) => statements.findLastIndex((text) => pattern.test(text));
  const first = (pattern: RegExp) => statements.findIndex((text) => pattern.test(text));
  const isCut = first(ENDS) !== -1 && (first(BEGINS) === -1 || first(ENDS) < first(BEGINS));
  const whole = statements.slice(isCut ? first(ENDS) + 1 : 0, last(BEGINS) > last(ENDS) ? last(BEGINS) : undefined);
  const groups: string[][] = [];
  let isInside = false;
  for (const text of whole) {
    if (isInside) groups.at(-1)?.push(text);
    else groups.push([text]);
    isInside = BEGINS.test(text) || (isInside && !ENDS.test(text));
  }
  return groups.filter((group) => !group.some((text) => BESIDE.test(text))).flat();
}

const BEGINS = /^START TRANSACTION/;
const ENDS = /^(COMMIT|ROLLBACK)/;

/** Without the indentation of the source it stands in. */
function textOf(statement: unknown): string {
  const text = typeof statement === 'string' ? statement : (statement as { text: string }).text;
  return `${text.trim().replace(/\n +/g, '\n')}\n`;
}

/** $1 a key, $2 how many more like it. */
const MORE_KEYS = `
  INSERT INTO api_keys
  SELECT (jsonb_populate_record(k, jsonb_build_object('id', gen_random_uuid()))).*
  FROM api_keys k, generate_series(1, $2) WHERE k.id = $1`;

/** $1 the key that has secrets already. */
const MORE_SECRETS = `
  INSERT INTO api_key_secrets
  SELECT (jsonb_populate_record(s, jsonb_build_object(
    'id', gen_random_uuid(), 'key_id', k.id, 'digest', sha256(k.id::text::bytea)))).*
  FROM api_key_secrets s, api_keys k WHERE s.key_id = $1 AND k.id <> $1`;

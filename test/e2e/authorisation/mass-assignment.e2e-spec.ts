import { TestApp } from '../../support/test-app.js';
import type { Callers } from './callers.js';
import type { PersonName } from './people.js';
import { POLICY } from './policy.js';
import { rowName, type Rule } from './rule.js';
import { type Answered, type Cell, isRefusal, leavesNoMark, Stage } from './stage.js';

/** better-auth CVE-2025-61928: a userId in the body made its caller that user. */
const CHANGING = Object.entries(POLICY).filter(([row]) => rowName(row).method !== 'GET');
const ATTACKER = 'another developer';
const WHAT_A_DEVELOPER_MAY = ['read', 'write', 'delete', 'akm:keys:write', 'akm:verify', 'akm:webhooks:write'];
const VICTIMS: readonly PersonName[] = ['readonly', 'developer', 'admin', 'another admin', 'demoted', 'deactivated'];

let app: TestApp;
let stage: Stage;
let attempts = 0;
beforeAll(async () => {
  app = await TestApp.start({ WEBHOOK_ALLOW_PRIVATE: 'true' });
  stage = await Stage.set(app);
});
afterAll(async () => {
  await app.stop();
  process.stdout.write(`authorisation: ${attempts} attempts to assign what is not for callers to assign\n`);
});

describe.each(CHANGING)('%s', (row, rule) => {
  it('takes nobody for anybody else, and makes nobody more than they are, whatever fields are sent along', async () => {
    const faults: string[] = [];
    let cells = await attackersOf(row, rule);
    for (const extra of extras(row)) {
      await stage.subjects.clear();
      await stage.prepare(cells);
      const before = await holdings();
      for (const cell of cells) faults.push(...(await attempt(cell, extra)));
      if ((await holdings()) !== before)
        faults.push(`something of somebody else has changed by ${JSON.stringify(extra)}`);
      if (!rule.spendsCaller) continue;
      await stage.clear(rule);
      cells = await attackersOf(row, rule);
    }
    expect(faults).toEqual([]);
  });
});

async function attackersOf(row: string, rule: Rule): Promise<Cell[]> {
  const attackers = async (all: Callers) => [
    all.nobody(),
    await all.person(ATTACKER),
    await all.keyOf(ATTACKER, 'what they may', WHAT_A_DEVELOPER_MAY),
  ];
  const cells = (await stage.cells(row, rule, attackers)).filter(
    (cell) => cell.whose === 'own' || (cell.whose === 'someone else’s' && leavesNoMark(cell)),
  );
  return cells;
}

/** What is sent beside a request. */
interface Extra {
  readonly body?: Record<string, unknown>;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
}

/** Every field alone in the body, where one that is refused would hide the next; and all at once in query and headers. */
function extras(row: string): Extra[] {
  const admin = stage.people.id('admin');
  const ids = ['userId', 'user_id', 'ownerId', 'owner_id', 'owner', 'tenantId', 'createdBy', 'created_by', 'sub'];
  const fields: Record<string, unknown> = {
    ...Object.fromEntries(ids.map((name) => [name, admin])),
    ...{
      role: 'admin',
      roles: ['admin'],
      scopes: ['akm:*'],
      is_admin: true,
      is_active: true,
      principal: { role: 'admin' },
    },
    ...{ id: admin, state: 'active', version: 1 },
  };
  // These have a role of their own, and what it may be is in the table.
  if (row.includes('/auth/users')) delete fields['role'];
  const texts = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
  const headers = ['x-user-id', 'x-owner-id', 'x-forwarded-user', 'x-remote-user', 'x-authenticated-userid'];
  return [
    ...Object.entries(fields).map(([name, value]) => ({ body: { [name]: value } })),
    { query: texts },
    {
      headers: { ...Object.fromEntries(headers.map((name) => [name, admin])), 'x-role': 'admin', 'x-scopes': 'akm:*' },
    },
  ];
}

async function attempt(cell: Cell, extra: Extra): Promise<string[]> {
  attempts++;
  const { answer } = await stage.call(cell, (request) => ({
    ...request,
    url: withQuery(request.url, extra.query),
    body: extra.body ? withFields(request.body, extra.body) : request.body,
    headers: extra.headers ?? {},
  }));
  const by = `${cell.caller.name} with ${JSON.stringify(extra)}`;
  const isAnswered = answer.status < 400;
  if (isAnswered && isRefusal(cell)) return [`${by}: ${answer.status}`];
  return isAnswered && !isHarmless(answer) ? [`${by}: ${answer.text}`] : [];
}

/** Nothing that is answered belongs to a victim, and nobody is an admin. */
function isHarmless({ body }: Answered['answer']): boolean {
  return body.role !== 'admin' && !VICTIMS.some((name) => stage.people.id(name) === body.owner_id);
}

/** A fingerprint of what the victims are and have, and of who may more than a newcomer. */
async function holdings(): Promise<string> {
  const ids = VICTIMS.map((name) => stage.people.id(name));
  const rows = await app.dataSource.query<unknown[]>(HOLDINGS, [ids]);
  return JSON.stringify(rows);
}

/** $1 the victims. */
const HOLDINGS = `
  SELECT (SELECT md5(string_agg(u::text, ' ' ORDER BY id)) FROM users u WHERE id = ANY ($1) OR role <> 'developer') AS users,
    (SELECT md5(string_agg(k::text, ' ' ORDER BY id)) FROM api_keys k WHERE owner_id = ANY ($1)) AS keys,
    (SELECT md5(string_agg(w::text, ' ' ORDER BY id)) FROM webhook_endpoints w WHERE owner_id = ANY ($1)) AS webhooks,
    (SELECT md5(string_agg(s::text, ' ' ORDER BY id)) FROM sessions s WHERE user_id = ANY ($1)) AS sessions`;

function withQuery(url: string, query: Record<string, string> | undefined): string {
  return query ? `${url}${url.includes('?') ? '&' : '?'}${new URLSearchParams(query).toString()}` : url;
}

function withFields(body: unknown, fields: Record<string, unknown>): unknown {
  return Array.isArray(body)
    ? body.map((each) => withFields(each, fields))
    : { ...fields, ...(body as Record<string, unknown> | undefined) };
}

import type { Answer, TestApp } from '../../support/test-app.js';
import { type Caller, Callers } from './callers.js';
import { type Expectation, expectation, WHOSE, type Whose } from './expectation.js';
import { People } from './people.js';
import { rowName, type Rule, type Sending } from './rule.js';
import { type Ids, Subjects } from './subjects.js';

/** One case of the table: who calls what, and whose the object is. */
export interface Cell {
  readonly row: string;
  readonly rule: Rule;
  readonly caller: Caller;
  readonly whose: Whose;
  readonly expected: Expectation;
}

export interface Request {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
  /** What it names. */
  readonly ids: Ids;
}

/** What came of a cell. */
export interface Answered {
  readonly cell: Cell;
  readonly answer: Answer;
  readonly ids: Ids;
}

const MINUTE_MS = 60_000;

/** The whole application with everybody who calls it and everything they name. */
export class Stage {
  private requests = 0;

  private constructor(
    readonly app: TestApp,
    readonly people: People,
    readonly subjects: Subjects,
    readonly callers: Callers,
  ) {}

  static async set(app: TestApp): Promise<Stage> {
    const people = await People.enter(app);
    const subjects = new Subjects(app, people);
    const callers = new Callers(app, people, subjects);
    await callers.age();
    return new Stage(app, people, subjects, callers);
  }

  /** The cells of a row, for callers who have done nothing yet. Own objects come last: some calls undo their caller. */
  async cells(row: string, rule: Rule, only?: (all: Callers) => Promise<Caller[]>): Promise<Cell[]> {
    this.app.clock.advance(MINUTE_MS);
    await this.people.restore();
    await this.subjects.clear();
    await this.callers.renew(false);
    const callers = await (only ? only(this.callers) : this.callers.of(rule.who));
    return this.cellsOf(row, rule, callers);
  }

  /** The same for callers as they stand. */
  cellsOf(row: string, rule: Rule, callers: readonly Caller[]): Cell[] {
    const whoses = rule.names ? [...WHOSE].reverse() : WHOSE.filter((each) => isAsked(rule, each));
    return whoses.flatMap((whose) =>
      callers.map((caller) => ({ row, rule, caller, whose, expected: expectation(row, rule, caller.is, whose) })),
    );
  }

  /** Makes what the cells name beforehand, so that afterwards only the calls themselves can have changed anything. */
  async prepare(cells: readonly Cell[]): Promise<void> {
    for (const cell of cells) await this.idsOf(cell);
  }

  async clear({ spendsCaller = false }: Rule): Promise<void> {
    if (spendsCaller) await this.callers.renew(true);
  }

  /** The request of a cell, which would succeed if only its caller may. */
  async request(cell: Cell): Promise<Request> {
    const { method, path, query } = rowName(cell.row);
    const ids = await this.idsOf(cell);
    return { method, url: fill(path + query, ids), body: await this.bodyOf(cell.rule, ids), ids };
  }

  /** @param change what is different about the request. */
  async call(cell: Cell, change: (request: Request) => Request = (request) => request): Promise<Answered> {
    const { method, url, body, headers, ids } = change(await this.request(cell));
    const answer = await this.app.call(method, url, {
      ...cell.caller.credentials,
      ...(body !== undefined && { body }),
      ...(headers && { headers }),
    });
    return { cell, answer, ids };
  }

  /** A fingerprint of everything that people, keys and endpoints are, but not of the traces that calls leave. */
  async state(): Promise<Record<string, string | null>> {
    const tables = await this.app.dataSource.query<{ name: string }[]>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename !~ $1`,
      [TRACES],
    );
    const prints = tables.map(
      ({ name }) =>
        `SELECT '${name}' AS name, md5(string_agg(row::text, ' ' ORDER BY row::text)) AS print FROM ${name} row`,
    );
    const rows = await this.app.dataSource.query<{ name: string; print: string | null }[]>(prints.join(' UNION ALL '));
    return Object.fromEntries(rows.map(({ name, print }) => [name, print]));
  }

  private async idsOf(cell: Cell): Promise<Ids> {
    const { rule, caller, whose } = cell;
    const subject = rule.names ?? rule.lists;
    if (!subject) return { slug: 'not-found' };
    if (whose === 'missing') return this.subjects.missing(subject);
    const isMine = whose === 'own';
    const developer = this.people.id('developer');
    const other = caller.ownerId === developer ? this.people.id('another developer') : developer;
    const owner = isMine ? caller.ownerId : other;
    const mayStand = leavesNoMark(cell);
    if (rule.names === 'person' && !isMine && !mayStand) return { id: await this.people.stranger() };
    return mayStand ? this.subjects.of(owner, subject) : this.subjects.fresh(owner, subject);
  }

  private bodyOf({ body }: Rule, ids: Ids): unknown {
    if (typeof body !== 'function') return body;
    const refreshToken = async () => (await this.people.session(this.people.id('login'))).refreshToken;
    const pickUpToken = async () => (await this.subjects.waiting(this.people.id('login'))).token;
    const unique = String(++this.requests);
    return (body as (sending: Sending) => unknown)({ ids, unique, refreshToken, pickUpToken });
  }
}

/** What of an answer is not as expected. */
export function differences({ cell: { caller, whose, expected, rule }, answer, ids }: Answered): string[] {
  const subject = rule.names ?? rule.lists;
  const about = `${caller.name}${subject ? ` on ${whose} ${subject}` : ''}`;
  const said = outcome(answer.status, answer.body.code);
  const wanted = outcome(expected.status, expected.code);
  if (said !== wanted) return [`${about}: ${said}, not ${wanted}`];
  if (expected.shows === undefined || expected.shows === answer.text.includes(ids.id ?? '')) return [];
  return [`${about}: ${expected.shows ? 'not ' : ''}in the list`];
}

/** Status, and of a refusal the code. */
function outcome(status: number, code?: unknown): string {
  return status >= 400 ? `${status} ${String(code)}` : `${status}`;
}

/** A list is asked for once for each object that may be in it, and what concerns no object just once. */
function isAsked({ lists }: Rule, whose: Whose): boolean {
  return whose === 'own' || (lists !== undefined && whose === 'someone else’s');
}

export function isRefusal({ expected }: Cell): boolean {
  return expected.status >= 400;
}

/** Whether a cell may leave its object as it is, so that another cell can use it. */
export function leavesNoMark(cell: Cell): boolean {
  return rowName(cell.row).method === 'GET' || isRefusal(cell) || cell.expected.likeMissing === true;
}

/** What is written down about calls, refused ones too. */
const TRACES = '^(migrations|audit_.*|usage_.*|key_usage|asked_permissions)$';

function fill(path: string, ids: Ids): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? name);
}

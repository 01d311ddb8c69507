import type { Answer, TestApp } from '../../support/test-app.js';
import { startListeningToRoutes } from '../../support/served-routes.js';
import { POLICY } from './policy.js';
import { rowName } from './rule.js';
import { type Cell, leavesNoMark, Stage } from './stage.js';

/** The files of the API explorer, which are the same for everybody. */
const FILES = /^GET \/docs\//;

const HOW_TO_ADD = `
Every operation has a row in test/e2e/authorisation/policy.ts, which says who may call it, on whose objects, and with
what status it answers them:
  'GET /api/v1/things/{id}': { who: holders('readonly', 'akm:things:read'), answer: 200, names: 'key', reach: 'own' },
Then add the same line to docs/authorisation.md.`;

let app: TestApp;
let stage: Stage;
let routes: readonly string[];
let cellsMade = 0;

beforeAll(async () => {
  ({ app, routes } = await startListeningToRoutes({ WEBHOOK_ALLOW_PRIVATE: 'true' }));
  stage = await Stage.set(app);
});
afterAll(async () => {
  await app.stop();
  process.stdout.write(`authorisation: ${cellsMade} cells of ${Object.keys(POLICY).length} rows\n`);
});

describe('the policy', () => {
  it('has a row for every operation there is, and none for any other', () => {
    const rows = new Set(Object.keys(POLICY).map((row) => rowName(row).route));
    const served = routes.filter((route) => !FILES.test(route));
    const faults = [
      ...served.filter((route) => !rows.has(route)).map((route) => `${route} has no row`),
      ...[...rows].filter((route) => !served.includes(route)).map((route) => `${route} has a row and is not there`),
    ];
    if (faults.length > 0) throw new Error([...faults, HOW_TO_ADD].join('\n'));
  });
});

describe.each(Object.entries(POLICY))('%s', (row, rule) => {
  it('answers each caller as the policy says', async () => {
    const cells = await stage.cells(row, rule);
    cellsMade += cells.length;
    const answers = new Map<Cell, Answer>();
    const callAll = async (some: Cell[]) => {
      for (const cell of some) answers.set(cell, await stage.call(cell));
    };
    const harmless = cells.filter(leavesNoMark);
    await stage.prepare(harmless);
    const before = await stage.state();
    await callAll(harmless);
    const after = await stage.state();
    await callAll(cells.filter((cell) => !leavesNoMark(cell)));
    await stage.clear(rule);
    expect(cells.flatMap((cell) => faultsOf(cell, answers.get(cell)))).toEqual([]);
    expect(after).toEqual(before);
    expect(disclosures(answers)).toEqual([]);
  });
});

function faultsOf({ caller, whose, expected, rule }: Cell, answer: Answer | undefined): string[] {
  const said = outcome(answer?.status, answer?.body.code);
  const wanted = outcome(expected.status, expected.code);
  const object = rule.names ? ` on ${whose} ${rule.names}` : '';
  return said === wanted ? [] : [`${caller.name}${object}: ${said}, not ${wanted}`];
}

/** Status, and of a refusal the code. */
function outcome(status = 0, code?: unknown): string {
  return status >= 400 ? `${status} ${String(code)}` : `${status}`;
}

/** Callers who are answered differently about what is not theirs and about what is not there. */
function disclosures(answers: ReadonlyMap<Cell, Answer>): string[] {
  const seen = new Map<string, string>();
  return [...answers].flatMap(([{ caller, expected }, answer]) => {
    if (!expected.likeMissing) return [];
    const said = `${answer.status} ${answer.text.replaceAll(answer.headers.get('x-request-id') ?? '', '')}`;
    const before = seen.get(caller.name) ?? said;
    seen.set(caller.name, before);
    return said === before ? [] : [`${caller.name}: ${before} or ${said}`];
  });
}

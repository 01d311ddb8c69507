import { startListeningToRoutes } from '../../support/served-routes.js';
import type { TestApp } from '../../support/test-app.js';
import { PAGES } from '../console/page-policy.js';
import { DescribedAnswers } from './described-answers.js';
import { Overheard } from './overheard.js';
import { POLICY } from './policy.js';
import { rowName } from './rule.js';
import { type Answered, type Cell, differences, leavesNoMark, Stage } from './stage.js';

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
let described: DescribedAnswers;
let cellsMade = 0;
const overheard = new Overheard();

beforeAll(async () => {
  ({ app, routes } = await startListeningToRoutes({ WEBHOOK_ALLOW_PRIVATE: 'true' }));
  stage = await Stage.set(app);
  described = await DescribedAnswers.read();
}, 120_000);
afterAll(async () => {
  await app.stop();
  process.stdout.write(`authorisation: ${cellsMade} cells of ${Object.keys(POLICY).length} rows\n`);
});

describe('the policy', () => {
  it('has a row for every operation there is, and none for any other', () => {
    const rows = new Set(Object.keys(POLICY).map((row) => rowName(row).route));
    const served = routes.filter((route) => !FILES.test(route) && !PAGES.test(route));
    const faults = [
      ...served.filter((route) => !rows.has(route)).map((route) => `${route} has no row`),
      ...[...rows].filter((route) => !served.includes(route)).map((route) => `${route} has a row and is not there`),
    ];
    if (faults.length > 0) throw new Error([...faults, HOW_TO_ADD].join('\n'));
  });
});

describe.each(Object.entries(POLICY))('%s', (row, rule) => {
  const { method, path } = rowName(row);
  let answered: Answered[];
  let harm: string[];

  beforeAll(async () => {
    const cells = await stage.cells(row, rule);
    const harmless = cells.filter(leavesNoMark);
    await stage.prepare(harmless);
    const before = await stage.state();
    answered = await callAll(harmless);
    const after = await stage.state();
    harm = Object.keys(after).filter((table) => after[table] !== before[table]);
    answered.push(...(await callAll(cells.filter((cell) => !leavesNoMark(cell)))));
    await stage.clear(rule);
    cellsMade += cells.length;
  });

  it('answers each caller as the policy says', () => {
    expect(answered.flatMap(differences)).toEqual([]);
  });

  it('changes nothing where it refuses', () => {
    expect(harm).toEqual([]);
  });

  it('says as little of what is somebody else’s as of what is not there', () => {
    expect(disclosures(answered)).toEqual([]);
  });

  it('answers with what its description names, and no more', () => {
    expect([...new Set(answered.flatMap(({ answer }) => described.faultsOf(method, path, answer)))]).toEqual([]);
  });
});

describe('all answers together', () => {
  it('repeat no credential and say nothing of what is stored to check them', async () => {
    expect(await overheard.leaks(app.dataSource)).toEqual([]);
  });
});

async function callAll(cells: readonly Cell[]): Promise<Answered[]> {
  const answered: Answered[] = [];
  for (const cell of cells) answered.push(await stage.call(cell));
  for (const { cell, answer } of answered) {
    const { as, key } = cell.caller.credentials;
    if (cell.row.includes('/api/')) overheard.add(answer.text, as ?? key);
  }
  return answered;
}

/** Callers who are answered differently about what is not theirs and about what is not there. */
function disclosures(answered: readonly Answered[]): string[] {
  const seen = new Map<string, string>();
  return answered.flatMap(({ cell: { caller, expected }, answer }) => {
    if (!expected.likeMissing) return [];
    const said = `${answer.status} ${answer.text.replaceAll(answer.headers.get('x-request-id') ?? '', '')}`;
    const before = seen.get(caller.name) ?? said;
    seen.set(caller.name, before);
    return said === before ? [] : [`${caller.name}: ${before} or ${said}`];
  });
}

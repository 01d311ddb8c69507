import { pathSpellings } from '../../support/path-spellings.js';
import { sendRaw } from '../../support/raw-http.js';
import { TestApp } from '../../support/test-app.js';
import type { Caller } from './callers.js';
import { POLICY } from './policy.js';
import { type Cell, isRefusal, Stage } from './stage.js';

const PROTECTED = Object.entries(POLICY).filter(([row, { who }]) => who.kind !== 'everybody' && !row.includes('('));
/** Headers by which some servers take a request for another than its first line says. */
const OTHER_METHOD = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'];
const OTHER_PATH = ['X-Original-URL', 'X-Rewrite-URL', 'X-Forwarded-Uri'];
const AT_ONCE = 20;

let app: TestApp;
let stage: Stage;
let sent = 0;
beforeAll(async () => {
  app = await TestApp.start({ WEBHOOK_ALLOW_PRIVATE: 'true' });
  stage = await Stage.set(app);
});
afterAll(async () => {
  await app.stop();
  process.stdout.write(`authorisation: ${sent} requests by other spellings of ${PROTECTED.length} paths\n`);
});

describe.each(PROTECTED)('%s', (row, rule) => {
  it('refuses, however it is spelled, whoever it refuses when it is spelled right', async () => {
    const cells = (await stage.cells(row, rule)).filter((cell) => isRefusal(cell) && isTelling(cell));
    await stage.prepare(cells);
    const before = await stage.state();
    const attempts = (await Promise.all(cells.map(attemptsOf))).flat();
    const faults: string[] = [];
    for (let at = 0; at < attempts.length; at += AT_ONCE) {
      const answers = await Promise.all(attempts.slice(at, at + AT_ONCE).map(send));
      faults.push(...answers.filter((fault) => fault !== ''));
    }
    expect(faults).toEqual([]);
    expect(await stage.state()).toEqual(before);
  });
});

interface Attempt {
  readonly cell: Cell;
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
  readonly headers?: string;
  /** The request itself is allowed: only what it says in its headers must not come about. */
  readonly mayPass?: boolean;
}

/** Of all who are refused: nobody, and one of each kind that is known and may not. */
function isTelling({ caller, whose }: Cell): boolean {
  const isKnown = ['another developer', 'readonly', 'developer’s key for every other scope'].includes(caller.name);
  return caller.name === 'nobody' ? whose === 'own' : isKnown && whose !== 'missing';
}

async function attemptsOf(cell: Cell): Promise<Attempt[]> {
  const { method, url, body } = await stage.request(cell);
  const methods = method === 'GET' ? ['GET', 'HEAD'] : [method];
  const [path = '', query] = url.split('?');
  const spelled = pathSpellings(path).map((each) =>
    query === undefined ? each : `${each}&${query}`.replace(/^([^?]*)&/, '$1?'),
  );
  return [
    ...spelled.flatMap((spelling) => methods.map((each) => ({ cell, method: each, url: spelling, body }))),
    ...OTHER_METHOD.map((name) => ({ cell, method: 'GET', url, headers: `${name}: ${method}\r\n`, mayPass: true })),
    ...OTHER_PATH.map((name) => ({ cell, method, url: '/api/v1/nothing', body, headers: `${name}: ${url}\r\n` })),
  ];
}

/** @returns what is wrong with the answer. */
async function send({ cell, method, url, body, headers = '', mayPass }: Attempt): Promise<string> {
  sent++;
  const content = body === undefined || method === 'GET' || method === 'HEAD' ? '' : JSON.stringify(body);
  const length = content && `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(content)}\r\n`;
  const head = `${method} ${url} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${credentialsOf(cell.caller)}${headers}${length}`;
  const { status } = await sendRaw(app.nest.getHttpServer(), `${head}\r\n${content}`);
  return mayPass || (status >= 400 && status < 500)
    ? ''
    : `${cell.caller.name}: ${method} ${url} ${headers}: ${status}`;
}

function credentialsOf({ credentials: { as, key } }: Caller): string {
  if (as !== undefined) return `Authorization: Bearer ${as}\r\n`;
  return key === undefined ? '' : `X-API-Key: ${key}\r\n`;
}

import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { LogReader } from '../../../apps/api/src/audit/log-reader.js';
import { eventually } from '../../support/eventually.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { makeUsageDays } from '../../support/usage.js';

const ROWS = 16_000;
/** Of an agent, which makes some thirty megabytes of the whole export. */
const AGENT_LENGTH = 1_500;
/** Far more than the kernel keeps for a connection on this machine, and far less than all. */
const HELD_BYTES_MAX = 12 << 20;

/** A read of a thousand rows takes longer than ten requests on a busy machine. */
const QUIET_ROUNDS = 20;

const app = TestApp.forTests();
const sockets: Socket[] = [];
const answers: IncomingMessage[] = [];
// What nobody reads would keep the application from ending.
afterEach(() => {
  for (const answer of answers.splice(0)) answer.destroy();
});
let admin: Person;
/** How often rows were read from the database. */
let pieces = 0;

beforeAll(async () => {
  admin = await app.person('admin');
  await makeUsageDays(app.dataSource, Date.UTC(2026, 10, 20));
  await app.dataSource.query(
    `INSERT INTO usage_events (timestamp, id, outcome, latency_us, request_id, user_agent, method, endpoint)
     SELECT timestamptz '2026-11-20' + n * interval '1 second', gen_random_uuid(), 'NOT_FOUND', 5, 'r', repeat('a', $2),
       'GET', '/p' FROM generate_series(1, $1::integer) AS n`,
    [ROWS, AGENT_LENGTH],
  );
  const reader = app.nest.get(LogReader);
  const readAll = reader.readAll.bind(reader);
  Object.assign(reader, {
    async *readAll(...asked: Parameters<LogReader['readAll']>) {
      for await (const piece of readAll(...asked)) {
        pieces += 1;
        yield piece;
      }
    },
  });
  (app.nest.getHttpServer() as { on(event: 'connection', told: (socket: Socket) => void): void }).on(
    'connection',
    (socket) => sockets.push(socket),
  );
});

/** The beginning of an answer of which nothing is read. */
async function exportUnread(): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${admin.token}` };
  const request = get(`${app.url}/api/v1/logs/export/json?end_date=2026-11-21`, { headers, agent: false });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  answers.push(answer);
  return answer;
}

/** Gives the server the time that ten other requests take. */
async function othersAreServed(): Promise<void> {
  for (let n = 0; n < 10; n += 1) expect((await app.call('GET', '/healthz')).status).toBe(200);
}

it('reads no more of the log than whoever takes it takes, and all of it in the end', async () => {
  const answer = await exportUnread();
  await eventually('the server stops reading', async () => {
    const before = pieces;
    for (let round = 0; round < QUIET_ROUNDS && pieces === before; round += 1) await othersAreServed();
    return pieces > 0 && pieces === before && sockets.some(({ writableNeedDrain: isFull }) => isFull);
  });
  const held = pieces;
  await othersAreServed();
  expect(pieces).toBe(held);
  expect(held).toBeLessThan(ROWS / 1_000 / 2);
  expect(Math.max(...sockets.map(({ writableLength }) => writableLength))).toBeLessThan(HELD_BYTES_MAX);

  let [lines, bytes] = [0, 0];
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    for (const byte of chunk) if (byte === NEWLINE) lines += 1;
  }
  expect(bytes).toBeGreaterThan(ROWS * AGENT_LENGTH);
  // One after the bracket, one after each entry, and one at the end.
  expect(lines).toBe(ROWS + 2);
});

it('stops reading when whoever takes it hangs up', async () => {
  pieces = 0;
  const answer = await exportUnread();
  await eventually('the export has begun', () => pieces > 0);
  answer.destroy();
  await eventually('nothing more is read', async () => {
    const before = pieces;
    await othersAreServed();
    return pieces === before;
  });
  expect(pieces).toBeLessThan(ROWS / 1_000 / 2);
});

const NEWLINE = 0x0a;

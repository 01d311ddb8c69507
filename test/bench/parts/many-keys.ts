import type { ServerProcess } from '../../support/server-process.js';
import { seededRandom } from '../../support/seeded-random.js';
import { KeyOwner } from '../keys.js';
import type { ClosedLoop } from '../load/closed-loop.js';
import { playClosedLoop } from '../load/generator.js';
import { HttpConnection } from '../load/http-connection.js';
import { startOpenLoop } from '../load/open-loop.js';
import { countOf, drawn, type Records, slice, textAt } from '../load/records.js';
import { rawTemplate, type RequestTemplate } from '../load/request.js';
import { residentBytes } from '../machine.js';
import { BATCH, batches, verifyBatch, VERIFY_SELF } from '../routes.js';
import { median, percentile, rounded } from '../statistics.js';
import { settled, type Stage } from '../stage.js';
import { zipfSampler } from '../zipf.js';
import type { Part } from './part.js';

const FEW = 10_000;
const DRAWS_MAX = 1_000_000;
const CONNECTIONS = 64;
const BYTES_WANTED = 250;

/** Keys in the order they are used in. */
interface Use {
  readonly name: string;
  readonly records: Records;
}

interface Run {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
  readonly p99MsAtHalf: number;
}

export const manyKeys: Part = {
  name: 'many-keys',
  about: 'What does it cost to have many keys in memory, rather than ten thousand?',
  run: async (stage) => {
    const databaseUrl = await stage.database('many_keys');
    if (databaseUrl === null) {
      stage.report.skip('many keys', 'there is no PostgreSQL to make them in');
      return;
    }
    const { keys: count } = stage.options;
    const env = { KEY_CACHE_SIZE: String(Math.ceil(count * 1.1)) };
    const server = await stage.server({ databaseUrl, isAlone: true, env });
    const owner = await KeyOwner.register(server.url, databaseUrl, 'owner');
    const keys = await owner.issue('many', count);
    await remember(stage, server, owner, keys);
    await use(stage, server, keys);
    await server.stop();
  },
};

/** Looks at every key once, with no token spent, so that nothing grows but what is kept of keys. */
async function remember({ report }: Stage, server: ServerProcess, owner: KeyOwner, keys: Records): Promise<void> {
  const request = verifyBatch({ owner }, 0);
  const count = countOf(keys);
  await playOnce(server.url, request, batches(slice(keys, 0, FEW), 0));
  await settled(server);
  const before = residentBytes(server.pid);
  const startedAt = performance.now();
  await playOnce(server.url, request, batches(slice(keys, FEW, count), 0));
  const seconds = (performance.now() - startedAt) / 1000;
  report.note(`${rounded((count - FEW) / seconds)} keys a second looked at for the first time, ${BATCH} a request`);
  await settled(server);
  const after = residentBytes(server.pid);
  if (before === null || after === null) return;
  report.table(`memory of the server while it looks at ${count - FEW} more keys`, [
    {
      figure: 'growth',
      'before MB': rounded(before / 2 ** 20),
      'after MB': rounded(after / 2 ** 20),
      'bytes a key': rounded((after - before) / (count - FEW)),
      wanted: `≤ ${BYTES_WANTED}`,
    },
  ]);
}

async function use({ report, options }: Stage, server: ServerProcess, keys: Records): Promise<void> {
  const count = countOf(keys);
  const draws = Math.min(DRAWS_MAX, count);
  const random = seededRandom(1);
  const zipf = zipfSampler(count, 1, random);
  const few = `${FEW} keys, uniform`;
  const uses: Use[] = [
    { name: few, records: drawn(keys, FEW, () => Math.floor(random() * FEW)) },
    { name: `${count} keys, uniform`, records: drawn(keys, draws, () => Math.floor(random() * count)) },
    { name: `${count} keys, Zipf`, records: drawn(keys, draws, zipf) },
  ];
  const runs = new Map<Use, Run[]>(uses.map((each) => [each, []]));
  for (let round = 0; round <= options.rounds; round++) {
    for (const [each, own] of runs) {
      const run = await played(server, each, round === 0 ? 1 : options.seconds);
      if (round > 0) own.push(run);
    }
  }
  const of = (own: readonly Run[], figure: keyof Run) => median(own.map((run) => run[figure]));
  const [base = []] = runs.values();
  const rows = [...runs].map(([{ name }, own]) => ({
    keys: name,
    'req/s': rounded(of(own, 'requestsPerSecond')),
    'of few': rounded(of(own, 'requestsPerSecond') / of(base, 'requestsPerSecond'), 2),
    'p99 ms': rounded(of(own, 'p99Ms'), 2),
    'p99 ms at half load': rounded(of(own, 'p99MsAtHalf'), 2),
  }));
  report.table(`GET /verify, medians of ${options.rounds} interleaved runs of ${options.seconds} s`, rows);
}

async function played(server: ServerProcess, { records }: Use, seconds: number): Promise<Run> {
  await settled(server);
  const { url } = server;
  const loop: ClosedLoop = {
    url,
    request: VERIFY_SELF,
    records,
    connections: CONNECTIONS,
    seconds,
  };
  const result = await playClosedLoop(loop);
  if (Object.keys(result.statuses).some((status) => status !== '200'))
    throw new Error(`Keys were answered ${JSON.stringify(result.statuses)}`);
  const requestsPerSecond = result.requests / result.seconds;
  await settled(server);
  const order = { ...loop, requestsPerSecond: requestsPerSecond / 2, isPrecise: true };
  const answers = await startOpenLoop(order);
  const latencies = answers.map(({ latencyMs }) => latencyMs);
  return { requestsPerSecond, p99Ms: result.p99Ms, p99MsAtHalf: percentile(latencies, 0.99) };
}

/** Sends every record once. @throws Error for any answer but 200. */
async function playOnce(url: string, request: RequestTemplate, records: Records): Promise<void> {
  const { before, after } = rawTemplate(request, new URL(url).host, records.length);
  const count = countOf(records);
  let next = 0;
  const lane = async () => {
    const connection = await HttpConnection.open(url);
    for (let n = next++; n < count; n = next++) {
      const status = await connection.exchange(before + textAt(records, n) + after);
      if (status !== 200) throw new Error(`${request.path} answered ${status}`);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

const LANES = 8;

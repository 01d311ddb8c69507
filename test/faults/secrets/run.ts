import { join } from 'node:path';
import { Redis } from 'ioredis';
import { commandedAdmin, printedAdmin } from '../../support/first-admin.js';
import { hasRedis, RedisProcess } from '../../support/redis-process.js';
import { Receiver } from '../../support/receiver.js';
import { type ServerOptions } from '../../support/server-process.js';
import { live, SECRETS_FILE } from './life.js';
import { dumpOf, filesUnder, type Part, type Place, rowsOf, text } from './places.js';
import { PICKUP_TOKEN } from './pick-ups.js';
import { type Planted } from './planted.js';
import { CONFIGURED, plantGenerated, refusedStarts, settingsOf, troubledRuns } from './settings.js';

export interface Run {
  readonly planted: Planted;
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  /** More folders to look into. */
  readonly also: readonly string[];
}

/** In every copy of the database. */
const IN_DATABASE = 'planted_0@example.com';

/** Plants all secrets, and gathers every place in which one could be found. */
export async function run({ planted, databaseUrl, dataDir, also }: Run): Promise<Place[]> {
  const startedMs = Date.now();
  const redis = hasRedis ? await RedisProcess.start(planted.fresh('configured REDIS_URL password')) : null;
  const receiver = await Receiver.start();
  const surroundings = { databaseUrl, redisUrl: redis?.url ?? null, webhookUrl: `${receiver.url}/configured` };
  const options: ServerOptions = { dataDir, env: settingsOf(planted, surroundings) };
  const { log, heard, facts, killed, lastUsed } = await live(planted, options, receiver, (server) =>
    databaseUrl === null ? printedAdmin(server) : commandedAdmin(options),
  );
  receiver.stop();
  plantGenerated(planted, dataDir);
  const redisParts = redis ? await savedBy(redis) : [];
  const output = [
    ...log,
    ...(await troubledRuns(planted, options, redis?.port ?? null)),
    ...(await refusedStarts(planted, options)),
  ];
  await redis?.stop();
  const spool = killed.filter(({ name }) => name.startsWith(join(dataDir, 'spool')));
  const inFolder = databaseUrl === null ? IN_DATABASE : lastUsed.id;
  return [
    { name: 'answers', parts: text('answers', heard), mark: 'VALIDATION_FAILED' },
    { name: 'what was logged', parts: text('log', output), mark: 'Listening on' },
    { name: 'process environment and command line', parts: facts, mark: 'DATA_DIR=', holds: CONFIGURED },
    {
      name: 'what webhooks were told',
      parts: text('webhooks', receiver.heard),
      mark: 'key.created',
      holds: new RegExp(`^${PICKUP_TOKEN}$`),
    },
    { name: 'spool after the kill', parts: spool, mark: lastUsed.id },
    { name: 'data folder after the kill', parts: killed, mark: inFolder },
    ...(databaseUrl === null ? stopped(dataDir) : dumped(databaseUrl)),
    { name: 'rows of all tables', parts: await rowsOf(databaseUrl, dataDir), mark: IN_DATABASE },
    ...also.map((folder) => ({
      name: `changed files of ${folder}`,
      parts: filesUnder(folder, [], startedMs),
      mark: IN_DATABASE,
    })),
    ...(redis ? [{ name: 'file of Redis', parts: redisParts, mark: 'akm:buckets:' }] : []),
  ];
}

/** Read before the rows are: the database is opened for them once more. */
function stopped(dataDir: string): Place[] {
  return [{ name: 'data folder after the stop', parts: filesUnder(dataDir, [SECRETS_FILE]), mark: IN_DATABASE }];
}

function dumped(databaseUrl: string): Place[] {
  const dump = dumpOf(databaseUrl);
  return dump ? [{ name: 'dump by pg_dump', parts: [dump], mark: IN_DATABASE }] : [];
}

/** The file in which Redis keeps what it was told, written uncompressed. */
async function savedBy({ url }: RedisProcess): Promise<Part[]> {
  const client = new Redis(url);
  try {
    await client.config('SET', 'rdbcompression', 'no');
    await client.save();
    const [, folder] = (await client.config('GET', 'dir')) as string[];
    return filesUnder(folder ?? '');
  } finally {
    client.disconnect();
  }
}

import { KeyOwner } from './keys.js';
import type { Records } from './load/records.js';
import type { Stage, Target } from './stage.js';

/** A server of akm with keys that are used often. */
export interface Instance extends Target {
  readonly owner: KeyOwner;
  /** Whether keys can be made by the ten thousand. */
  readonly onServer: boolean;
  /** With the highest limits there are: so many that no run exceeds them. */
  readonly keys: Records;
}

/** What the parts about speed have in common, started by the first that needs it. */
export interface World {
  readonly http: Target;
  readonly fastify: Target;
  /** Limits in memory. */
  readonly akm: Instance;
  /** Limits in Redis; null where there is none. */
  readonly withRedis: Instance | null;
}

export function worldOf(stage: Stage): Promise<World> {
  const known = worlds.get(stage) ?? open(stage);
  worlds.set(stage, known);
  return known;
}

const worlds = new WeakMap<Stage, Promise<World>>();

const KEYS = 2_000;
/** On the embedded database keys are made one by one. */
const KEYS_EMBEDDED = 200;

async function open(stage: Stage): Promise<World> {
  const redis = await stage.redis();
  return {
    http: await stage.hello('http'),
    fastify: await stage.hello('fastify'),
    akm: await instance(stage, 'memory', null),
    withRedis: redis && (await instance(stage, 'redis', redis.url)),
  };
}

async function instance(stage: Stage, name: string, redisUrl: string | null): Promise<Instance> {
  const databaseUrl = await stage.database(name);
  const server = await stage.server({ databaseUrl, redisUrl, isAlone: true });
  const owner = await KeyOwner.register(server.url, databaseUrl, 'bench');
  const keys = await owner.issue('warm', databaseUrl ? KEYS : KEYS_EMBEDDED);
  return { url: server.url, pid: server.pid, owner, onServer: databaseUrl !== null, keys };
}

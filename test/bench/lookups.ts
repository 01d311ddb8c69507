import { createHash } from 'node:crypto';
import { Config } from '../../apps/api/src/config/config.js';
import { parseEnv } from '../../apps/api/src/config/env.js';
import { KeyTable } from '../../apps/api/src/keys/verification/key-table/key-table.js';
import { knownKeyOf } from '../../apps/api/src/keys/verification/known-key.js';
import { seededRandom } from '../support/seeded-random.js';

export interface Lookups {
  readonly keys: number;
  /** Of a core, for one lookup of a key drawn uniformly. */
  readonly microseconds: number;
  /** Of the columns they are kept in. */
  readonly bytesEach: number;
}

const TIMES = 500_000;

/** What it takes to find one key among few and among many. To be measured in a process that does nothing else. */
export function lookups(few: number, many: number): Lookups[] {
  const digests = Array.from({ length: many }, (_, n) => createHash('sha256').update(String(n)).digest('binary'));
  return [lookup(digests.slice(0, few)), lookup(digests)];
}

function lookup(digests: readonly string[]): Lookups {
  const table = new KeyTable(digests.length);
  const before = process.memoryUsage().arrayBuffers;
  digests.forEach((digest, n) => {
    table.keep(digest, keyOf(n));
  });
  const bytesEach = (process.memoryUsage().arrayBuffers - before) / digests.length;
  const random = seededRandom(1);
  // Strings of their own, one after the other, as a server makes them: fetching them is not what is measured.
  const drawn = Array.from({ length: TIMES }, () => {
    const digest = digests[Math.floor(random() * digests.length)] ?? '';
    return Buffer.from(digest, 'latin1').toString('latin1');
  });
  const runs = [0, 1, 2, 3].map(() => {
    const started = process.cpuUsage();
    let found = 0;
    for (const digest of drawn) if (table.find(digest)) found++;
    if (found !== TIMES) throw new Error(`${TIMES - found} keys were not found`);
    const { user, system } = process.cpuUsage(started);
    return (user + system) / TIMES;
  });
  return { keys: digests.length, microseconds: Math.min(...runs.slice(1)), bytesEach };
}

const DEFAULTS = new Config(parseEnv({}), { jwt: [], masterEncryption: [] }).keys;

/** Keys of a hundred people, as the benchmark's own are. */
function keyOf(n: number) {
  const uuid = (kind: string, number: number) =>
    `${kind}${number.toString(16).padStart(7, '0')}-7d5e-7a31-9d2f-1c2b3a4d5e6f`;
  return knownKeyOf(
    {
      id: uuid('0', n),
      owner_id: uuid('1', n % 100),
      name: 'bench',
      state: 'active',
      environment: 'production',
      permissions: ['read'],
      allowed_services: [],
      allowed_ips: [],
      allowed_user_agents: [],
      rate_limit_per_minute: 10_000,
      rate_limit_per_hour: 100_000,
      rate_limit_per_day: 1_000_000,
      throttle_per_minute: null,
      throttled_until: null,
      expires_at: new Date(Date.UTC(2027, 0, 1)),
      external_id: null,
      meta: null,
      has_credits: false,
      is_canary: false,
      secret_id: uuid('2', n),
      retired_at: null,
    },
    DEFAULTS,
  );
}

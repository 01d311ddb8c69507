import { ApiClient } from '../../support/api-client.js';
import { seededRandom } from '../../support/seeded-random.js';
import { keysOf, UNLIMITED } from '../keys.js';
import { drawn, countOf, type Records, recordsOf, slice, textAt } from '../load/records.js';
import type { RequestTemplate } from '../load/request.js';
import type { Options } from '../options.js';
import { BATCH, batches, GATEWAY, PROTECTED, verify, verifyBatch, VERIFY_SELF } from '../routes.js';
import type { Instance } from '../world.js';
import type { Play, Scenario } from './scenario.js';

/** With the headers of a request that shows a key: to read them is no work of akm. */
const HELLO: RequestTemplate = { ...GATEWAY, path: '/' };

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'hello, node:http',
    expected: [200],
    prepare: ({ http, akm }) => ({ target: http, ...always(HELLO, akm.keys) }),
  },
  {
    name: 'hello, Fastify',
    expected: [200],
    prepare: ({ fastify, akm }) => ({ target: fastify, ...always(HELLO, akm.keys) }),
  },
  { name: 'gateway/auth', expected: [204], target: 0.65, prepare: ({ akm }) => warm(akm, GATEWAY) },
  { name: 'GET /verify', expected: [200], target: 0.65, prepare: ({ akm }) => warm(akm, VERIFY_SELF) },
  { name: 'POST /verify', expected: [200], prepare: ({ akm }) => warm(akm, verify(akm)) },
  {
    name: 'POST /verify/batch',
    expected: [200],
    perRequest: BATCH,
    prepare: ({ akm }) => ({ target: akm, ...always(verifyBatch(akm), batches(akm.keys)) }),
  },
  { name: 'GET /protected/test', expected: [200], target: 0.32, prepare: ({ akm }) => warm(akm, PROTECTED) },
  { name: 'cold keys', expected: [200], prepare: ({ akm }, options) => cold(akm, options) },
  {
    name: 'unknown keys',
    expected: [401, 429],
    prepare: ({ akm }) => ({ target: akm, ...always(VERIFY_SELF, keysOf('nobody has these', 10_000)) }),
  },
  {
    name: 'garbage',
    expected: [401, 429],
    prepare: ({ akm }) => ({ target: akm, ...always(VERIFY_SELF, garbage(akm.keys)) }),
  },
  {
    name: 'limited keys',
    expected: [200, 429],
    prepare: async ({ akm }) => {
      const limits = { ...UNLIMITED, perMinute: 1 };
      return { target: akm, ...always(VERIFY_SELF, await akm.owner.issue('limited', countOf(akm.keys), limits)) };
    },
  },
  {
    name: 'gateway/auth with limits in Redis',
    expected: [204],
    comparedWith: 'gateway/auth',
    wantedOfOther: 0.7,
    prepare: ({ withRedis }) => (withRedis ? warm(withRedis, GATEWAY) : NO_REDIS),
  },
  {
    name: 'GET /verify with limits in Redis',
    expected: [200],
    comparedWith: 'GET /verify',
    wantedOfOther: 0.7,
    prepare: ({ withRedis }) => (withRedis ? warm(withRedis, VERIFY_SELF) : NO_REDIS),
  },
  {
    name: 'GET /verify with people signing in',
    expected: [200],
    comparedWith: 'GET /verify',
    prepare: async ({ akm }) => {
      await ApiClient.register(akm.url, 'signs_in');
      return { ...warm(akm, VERIFY_SELF), beside: () => signIns(akm, 4) };
    },
  },
];

const NO_REDIS = 'there is no Redis';

const always = (request: RequestTemplate, records: Records) => ({ request, records: () => records });

const warm = (instance: Instance, request: RequestTemplate): Play => ({
  target: instance,
  ...always(request, instance.keys),
});

/** Every request with a key that this server has not seen: each run has its own part of them. */
async function cold(akm: Instance, { keys, rounds }: Options): Promise<Play | string> {
  if (!akm.onServer) return 'needs PostgreSQL, to make so many keys';
  const all = await akm.owner.issue('cold', keys);
  const share = Math.floor(keys / (rounds + 1));
  const records = (run: number) => slice(all, run * share, (run + 1) * share);
  return { target: akm, request: VERIFY_SELF, records, once: true };
}

/** Keys with a digit that somebody mistyped: as long as real ones, and wrong. */
function garbage(keys: Records): Records {
  const random = seededRandom(1);
  const texts = Array.from({ length: countOf(keys) }, (_, n) => {
    const text = textAt(keys, n);
    const at = text.length - 10 - Math.floor(random() * 30);
    return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
  });
  return drawn(recordsOf(texts), texts.length, (n) => n);
}

/** So many people who sign in, one after the other each. */
function signIns({ url }: Instance, people: number): () => Promise<string> {
  const client = new ApiClient(url);
  const started = performance.now();
  let count = 0;
  let isOver = false;
  const loops = Array.from({ length: people }, async () => {
    while (!isOver) {
      const login = { email: 'signs_in@example.com', password: 'Correct-Horse-Battery-9' };
      await client.expect(200, 'POST', '/api/v1/auth/login', login);
      count++;
    }
  });
  return async () => {
    const seconds = (performance.now() - started) / 1000;
    isOver = true;
    await Promise.all(loops);
    return `${(count / seconds).toFixed(1)} sign-ins a second`;
  };
}

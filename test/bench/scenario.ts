import { ApiClient } from '../support/api-client.js';

/** One kind of request, and what each of the parallel connections sends. */
export interface Scenario {
  name: string;
  url: string;
  method?: string;
  headers?: (connection: number) => Record<string, string>;
  body?: (connection: number) => object;
  /** Any other status makes the figure worthless. */
  expected: readonly number[];
}

/** The highest limits a key can have: one key a connection is then never refused within a run. */
const UNLIMITED = { rate_limit_per_minute: 10_000, rate_limit_per_hour: 100_000, rate_limit_per_day: 1_000_000 };

/** The ways a key is used, over `connections` keys of a new account, each used once before it is measured. */
export async function scenariosOf(url: string, connections: number): Promise<Scenario[]> {
  const client = await ApiClient.register(url, `bench_${process.pid}`);
  const keys: string[] = [];
  for (let n = 0; n < connections; n++) {
    const key = await client.expect(201, 'POST', '/api/v1/keys', { name: `bench ${n}`, ...UNLIMITED });
    keys.push(String(key['api_key']));
    await client.call('GET', '/api/v1/verify', undefined, withKey(key['api_key']));
  }
  const verify = `${url}/api/v1/verify`;
  return [
    { name: 'GET /verify', url: verify, headers: (n) => withKey(keys[n]), expected: [200] },
    {
      name: 'POST /verify',
      url: verify,
      method: 'POST',
      headers: () => ({ authorization: `Bearer ${client.token ?? ''}`, 'content-type': 'application/json' }),
      body: (n) => ({ key: keys[n], permissions: ['read'] }),
      expected: [200],
    },
    {
      name: 'GET /protected/test',
      url: `${url}/api/v1/protected/test`,
      headers: (n) => withKey(keys[n]),
      expected: [200],
    },
    { name: 'GET /verify, garbage', url: verify, headers: () => withKey('garbage'), expected: [401, 429] },
  ];
}

const withKey = (key: unknown) => ({ 'x-api-key': String(key) });

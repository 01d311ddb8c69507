import { type LiveKey } from './keys.js';
import { type Planted } from './planted.js';
import { type Witness } from './witness.js';

/** Sends working keys where they do not belong: what comes in there is logged and quoted more readily than elsewhere. */
export async function mistakeKeys(
  witness: Witness,
  planted: Planted,
  token: string,
  keys: readonly LiveKey[],
): Promise<void> {
  const good = keys[0]?.secret ?? '';
  const asPerson = { token };
  const post = (path: string, body: object | string) => witness.call('POST', path, { body, token });
  const get = (path: string, headers: Record<string, string> = {}) => witness.call('GET', path, { headers });
  const mistakes: ((key: string) => Promise<unknown>)[] = [
    (key) => get(`/protected/test?api_key=${key}`),
    (key) => get(`/protected/test?anything=${key}&x=1`),
    (key) => witness.call('GET', `/api/v1/keys?q=${key}`, asPerson),
    (key) => witness.call('GET', `/api/v1/keys/${key}`, asPerson),
    (key) => witness.call('PUT', `/api/v1/keys/${key}`, { ...asPerson, body: { name: 'x' } }),
    (key) => get(`/nowhere/${key}`),
    (key) => get(`/nowhere/${Buffer.from(key).toString('hex').replace(/../g, '%$&')}`),
    (key) => get('/api/v1/verify', { 'x-api-key': good, 'user-agent': `curl/8.9 ${key}` }),
    (key) => get('/protected/test', { 'x-api-key': good, 'user-agent': `a=${encodeURIComponent(key)}` }),
    (key) =>
      witness.call('POST', '/api/v1/auth/login', {
        body: { email: 'nobody@example.com', password: 'Correct-Horse-Battery-9' },
        headers: { 'user-agent': key },
      }),
    (key) => get('/api/v1/verify', { authorization: `Bearer ${key} ${key}` }),
    (key) => get('/api/v1/verify', { authorization: `Basic ${Buffer.from(`ada:${key}`).toString('base64')}` }),
    (key) => get('/api/v1/auth/me', { authorization: `Token ${key}` }),
    (key) => get('/api/v1/auth/me', { authorization: key }),
    (key) => get('/api/v1/verify', { 'x-api-key': `"${key}"` }),
    (key) => get('/api/v1/verify', { 'x-api-key': `${key}, ${key}` }),
    (key) => get('/api/v1/verify', { 'x-api-key': key.slice(0, -1) }),
    (key) => post('/api/v1/keys', { name: { is: key } }),
    (key) => post('/api/v1/keys', { name: 'x', [key]: true }),
    (key) => post('/api/v1/keys', { name: 'x', allowed_ips: [key], environment: key }),
    (key) => post('/api/v1/keys', { name: 'x', permissions: [`${key} OR`], expires_at: key }),
    (key) => post('/api/v1/verify', { key, cost: 'many' }),
    (key) => post('/api/v1/verify', { key: [key] }),
    (key) => post('/api/v1/verify', { key: good, permissions: `${key} AND (` }),
    (key) => post('/api/v1/verify', key),
    (key) => post('/api/v1/verify', `{"key": "${key}"`),
    (key) => post('/api/v1/verify', `{"key": "${key}", "key": "${key}"}`),
    (key) => post('/api/v1/verify', `{"${key}": 1, "${key}": 2}`),
    (key) => post('/api/v1/verify', `{"key": "${key}", "__proto__": {}}`),
    (key) =>
      witness.call('POST', '/api/v1/verify', { ...asPerson, body: key, headers: { 'content-type': 'text/plain' } }),
    (key) => post('/api/v1/auth/refresh', { refresh_token: key }),
    (key) =>
      witness.call('POST', '/api/v1/keys', {
        ...asPerson,
        body: { name: 'x' },
        headers: { 'idempotency-key': `"${key}` },
      }),
    (key) =>
      witness.call('PUT', `/api/v1/keys/${keys[1]?.id ?? ''}`, {
        ...asPerson,
        body: { name: 'renamed' },
        headers: { 'if-match': key },
      }),
    (key) =>
      get('/api/v1/verify', {
        'x-api-key': good,
        'x-request-id': key,
        'x-forwarded-for': key,
        referer: `https://a/?k=${key}`,
      }),
    (key) => get('/api/v1/verify', { 'x-api-key': good, cookie: `session=${key}`, forwarded: `for=${key}` }),
  ];
  for (const [index, mistake] of mistakes.entries()) {
    const name = `misplaced ${index}`;
    const made = await witness.expect(201, 'POST', '/api/v1/keys', { body: { name }, token, shows: true });
    await mistake(planted.plant('misplaced key', made['api_key']));
  }
}

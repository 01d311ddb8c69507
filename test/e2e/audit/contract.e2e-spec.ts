import { Jobs } from '../../../apps/api/src/jobs/jobs.js';
import { type Answer, type Person, TestApp } from '../../support/test-app.js';
import { WebhookReceiver } from '../../support/webhook-receiver.js';
import { BEHIND_A_PROXY, DAY_MS, ELSEWHERE, live, look, use } from '../anomaly/history.js';

const HOUR_MS = 3_600_000;

/** The actions that the contract names, in its order. */
const ACTIONS = [
  'user_registered',
  'login_success',
  'login_failed',
  'account_locked',
  'logout',
  'token_refreshed',
  'token_reuse_detected',
  'password_changed',
  'role_updated',
  'user_deactivated',
  'api_key_created',
  'api_key_updated',
  'api_key_rotated',
  'api_key_disabled',
  'api_key_enabled',
  'api_key_revoked',
  'api_key_used',
  'api_key_validation_failed',
  'api_key_permission_denied',
  'rate_limit_exceeded',
  'key_expiry_warning',
  'key_auto_expired',
  'key_auto_rotated',
  'key_rotation_completed',
  'anomaly_detected',
  'webhook_delivered',
  'webhook_failed',
  'log_exported',
] as const;

type Field = (value: unknown) => boolean;
const text: Field = (value) => typeof value === 'string' && value.length > 0;
const count: Field = (value) => Number.isInteger(value) && Number(value) >= 0;
const uuid: Field = (value) => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
const time: Field = (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value);
const milliseconds: Field = (value) => typeof value === 'number' && value >= 0;
const object: Field = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const orNull =
  (field: Field): Field =>
  (value) =>
    value === null || field(value);

/** The fields of an entry, in the order of the contract. */
const ENTRY: Readonly<Record<string, Field>> = {
  id: uuid,
  timestamp: time,
  action: text,
  api_key_id: orNull(uuid),
  user_id: orNull(uuid),
  endpoint: orNull(text),
  method: orNull(text),
  ip_address: orNull(text),
  user_agent: orNull(text),
  request_id: orNull(text),
  status_code: orNull(count),
  response_time_ms: orNull(milliseconds),
  error_message: orNull(text),
  metadata: orNull(object),
};

const PAGE: Readonly<Record<string, Field>> = {
  items: Array.isArray,
  total: count,
  page: count,
  page_size: count,
  pages: count,
};

const STATS: Readonly<Record<string, Field>> = {
  period_days: count,
  total_logs: count,
  error_count: count,
  error_rate: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  actions_by_count: (value) => object(value) && Object.values(value as object).every(count),
};

/** The columns of the CSV, each with the field of an entry that stands under it. */
const COLUMNS = [
  ['ID', 'id'],
  ['Timestamp', 'timestamp'],
  ['Action', 'action'],
  ['API Key ID', 'api_key_id'],
  ['User ID', 'user_id'],
  ['Endpoint', 'endpoint'],
  ['Method', 'method'],
  ['IP Address', 'ip_address'],
  ['Status Code', 'status_code'],
  ['Response Time (ms)', 'response_time_ms'],
  ['Error Message', 'error_message'],
] as const;

type Entry = Record<string, unknown>;

/** Which of the fields are not as they should be; for a whole answer also what it has besides. */
function faultsOf(value: Entry, fields: Readonly<Record<string, Field>>, more: readonly string[] = []): string[] {
  const unknown = Object.keys(value).filter((name) => !(name in fields) && !more.includes(name));
  const wrong = Object.entries(fields).filter(([name, isRight]) => !(name in value) || !isRight(value[name]));
  return [...unknown.map((name) => `${name} is not of the contract`), ...wrong.map(([name]) => name)];
}

const app = TestApp.forTests({
  ...BEHIND_A_PROXY,
  WEBHOOK_ALLOW_PRIVATE: 'true',
  MAX_LOGIN_ATTEMPTS: '2',
  REFRESH_TOKEN_EXPIRE_DAYS: '365',
});
let admin: Person;
let entries: Entry[];

const get = <Body = Entry>(path: string): Promise<Answer<Body>> => app.call<Body>('GET', path, { as: admin.token });
const post = (path: string, as: string, body: object = {}) => app.call('POST', path, { as, body });
const login = (email: string, password: string) =>
  app.call('POST', '/api/v1/auth/login', { body: { email, password } });

/** What people do with their accounts. */
async function account(): Promise<void> {
  const ada = await app.person();
  const refresh = () => app.call('POST', '/api/v1/auth/refresh', { body: { refresh_token: ada.refreshToken } });
  await refresh();
  await refresh();
  const again = await app.signedIn(ada);
  const change = { current_password: ada.password, new_password: 'Another-Good-Password-7' };
  await post('/api/v1/auth/change-password', again.token, change);
  await post('/api/v1/auth/logout', again.token);
  await login(ada.email, 'wrong');
  await login(ada.email, 'wrong');
  const { token } = await app.signedIn(admin);
  await app.call('PUT', `/api/v1/auth/users/${ada.id}/role`, { as: token, body: { role: 'readonly' } });
  await post(`/api/v1/auth/users/${ada.id}/deactivate`, token);
}

/** A key from its making to its end, and what time does to others. */
async function keys(owner: Person, receiver: WebhookReceiver): Promise<void> {
  const hook = await post('/api/v1/webhooks', owner.token, {
    url: receiver.url,
    events: ['key.created', 'key.revoked'],
  });
  receiver.secret = String(hook.body.secret);
  // The second is told to nobody who wants it.
  receiver.behaviours.push(204, 410);
  const { id, secret } = await app.key(owner, { rate_limit_per_minute: 3 });
  await app.deliver();
  for (const method of ['GET', 'DELETE', 'GET', 'GET', 'GET'])
    await app.call(method, '/api/v1/protected/test', { key: secret });
  await app.call('PUT', `/api/v1/keys/${id}`, { as: owner.token, body: { name: 'renamed' } });
  await post(`/api/v1/keys/${id}/rotate`, owner.token, { grace_period_hours: 1 });
  await post(`/api/v1/keys/${id}/disable`, owner.token);
  await app.call('GET', '/api/v1/protected/test', { key: secret });
  await post(`/api/v1/keys/${id}/enable`, owner.token);
  app.clock.advance(2 * HOUR_MS);
  await app.nest.get(Jobs).runDue();
  await app.call('DELETE', `/api/v1/keys/${id}`, { as: owner.token });
  await app.deliver();
}

async function timePasses(owner: Person): Promise<void> {
  await app.key(owner, { expires_in_days: 2 });
  await app.key(owner, { rotation: { every_days: 1, grace_hours: 1 }, never_expires: true });
  for (let day = 0; day < 3; day++) {
    app.clock.advance(DAY_MS);
    await app.nest.get(Jobs).runDue();
  }
}

beforeAll(async () => {
  admin = await app.person('admin');
  const owner = await app.person();
  const receiver = await WebhookReceiver.start(app.clock);
  try {
    await account();
    await keys(owner, receiver);
    await timePasses(owner);
    const watched = await app.key(await app.signedIn(owner), { never_expires: true });
    await live(app, watched.secret, 6);
    await use(app, watched.secret, ELSEWHERE);
    await look(app);
  } finally {
    receiver.stop();
  }
  // Days have passed.
  admin = await app.signedIn(admin);
  await get('/api/v1/logs/export/json');
  await app.ingest();
  const { body } = await get<{ items: Entry[] }>('/api/v1/logs?page_size=500');
  entries = body.items;
});

describe('the log of a server on which everything happened', () => {
  it.each(ACTIONS)('names %s', async (action) => {
    const { body } = await get<{ items: Entry[] }>(`/api/v1/logs?action=${action}`);
    expect(body.items.length).toBeGreaterThan(0);
    expect(new Set(body.items.map((entry) => entry.action))).toEqual(new Set([action]));
    expect(body.items.flatMap((entry) => faultsOf(entry, ENTRY))).toEqual([]);
  });

  it('has entries of the fields of the contract, in its order', () => {
    expect(entries.length).toBeGreaterThan(ACTIONS.length);
    expect(entries.flatMap((entry) => faultsOf(entry, ENTRY))).toEqual([]);
    expect(new Set(entries.map((entry) => Object.keys(entry).join()))).toEqual(new Set([Object.keys(ENTRY).join()]));
  });

  it.each(Object.keys(ENTRY))('says something in %s', (field) => {
    expect(entries.some((entry) => entry[field] !== null)).toBe(true);
  });
});

describe('GET /logs and /logs/my-keys', () => {
  it.each(['/api/v1/logs', '/api/v1/logs/my-keys'])('%s answers with a page of 50, newest first', async (path) => {
    const { status, body } = await get(path);
    expect([status, faultsOf(body, PAGE, ['total_is_exact', 'searched_from'])]).toEqual([200, []]);
    const { items, total, ...page } = body as unknown as { items: Entry[]; total: number };
    expect(page).toEqual({ page: 1, page_size: 50, pages: Math.ceil(total / 50) });
    expect(items).toHaveLength(Math.min(50, total));
    const times = items.map(({ timestamp }) => String(timestamp));
    expect(times).toEqual([...times].sort().reverse());
  });

  it.each(['page_size=0', 'page_size=501'])('refuses %s', async (query) => {
    expect((await get(`/api/v1/logs?${query}`)).status).toBe(422);
  });
});

describe('GET /logs/stats', () => {
  it('answers with the numbers of the contract, and the days', async () => {
    const { status, body } = await get('/api/v1/logs/stats');
    expect([status, body.period_days, faultsOf(body, STATS, ['days'])]).toEqual([200, 7, []]);
    const days = body.days as Entry[];
    const day = { date: (value: unknown) => /^\d{4}-\d\d-\d\d$/.test(String(value)), total: count, errors: count };
    expect(days.flatMap((each) => faultsOf(each, day))).toEqual([]);
    const sum = (numbers: readonly unknown[]) => numbers.reduce<number>((total, each) => total + Number(each), 0);
    const byAction = sum(Object.values(body.actions_by_count as Record<string, number>));
    expect([sum(days.map(({ total }) => total)), byAction]).toEqual([body.total_logs, body.total_logs]);
    expect(body.error_rate).toBe(Number(body.error_count) / Number(body.total_logs));
  });
});

describe.each(['csv', 'json'])('GET /logs/export/%s', (format) => {
  it('is a file named after the moment', async () => {
    const { status, headers } = await get(`/api/v1/logs/export/${format}`);
    const [date = '', hours = ''] = new Date(app.clock.now()).toISOString().replace(/[-:]/g, '').split(/[T.]/);
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toBe(`attachment; filename="audit_logs_${date}_${hours}.${format}"`);
  });
});

describe('the exports', () => {
  it('have in the columns of the CSV, in the order of the contract, what the JSON has in its fields', async () => {
    const csv = (await get('/api/v1/logs/export/csv')).text.split('\r\n');
    const json = (await get<Entry[]>('/api/v1/logs/export/json')).body;
    expect(csv[0]).toBe(COLUMNS.map(([heading]) => heading).join());
    expect(csv.at(-1)).toBe('');
    expect(json.flatMap((entry) => faultsOf(entry, ENTRY))).toEqual([]);
    const lines = new Map(csv.slice(1, -1).map((line) => [line.slice(0, line.indexOf(',')), line]));
    const shared = json.filter((entry) => lines.has(String(entry.id)));
    expect(shared.length).toBe(csv.length - 2);
    for (const entry of shared) {
      const cells = COLUMNS.map(([, field]) => cell(entry[field] as string | number | null));
      expect(lines.get(String(entry.id))).toBe(cells.join());
    }
  });
});

/** RFC 4180, for what is no formula. */
function cell(value: string | number | null): string {
  const written = value === null ? '' : String(value);
  return /[",\r\n]/.test(written) ? `"${written.replaceAll('"', '""')}"` : written;
}

import { type Person, TestApp } from '../../support/test-app.js';

const app = TestApp.forTests();
let developer: Person;
let readonly: Person;
beforeAll(async () => {
  developer = await app.person();
  readonly = await app.person('readonly');
});

const create = (body: unknown, as = developer.token) => app.call('POST', '/api/v1/keys', { as, body });
const fieldsOf = (body: Record<string, unknown>) => [
  ...new Set((body.errors as { field: string }[]).map(({ field }) => field)),
];

describe('201', () => {
  it('shows the secret once, and everything the contract promises of a key', async () => {
    const { status, body, headers } = await create({ name: 'billing' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/) as string,
      api_key: expect.stringMatching(/^akm_live_[0-9A-Za-z]{49}$/) as string,
      key_prefix: expect.stringMatching(/^akm_live_[0-9A-Za-z]{6}$/) as string,
      name: 'billing',
      description: null,
      status: 'active',
      pending_pickup: null,
      permissions: ['read'],
      allowed_services: [],
      allowed_ips: [],
      allowed_user_agents: [],
      environment: 'production',
      rate_limit_per_minute: 60,
      rate_limit_per_hour: 1000,
      rate_limit_per_day: 10_000,
      throttle: null,
      suspended_by: null,
      expires_at: '2027-02-20T12:00:00.000Z',
      last_used_at: null,
      usage_count: 0,
      created_at: '2026-11-22T12:00:00.000Z',
      updated_at: '2026-11-22T12:00:00.000Z',
      owner_id: developer.id,
      external_id: null,
      tags: [],
      meta: null,
      credits: null,
      rotation: null,
      is_canary: false,
      grace_period_ends_at: null,
      secrets: [
        {
          key_prefix: body.key_prefix,
          state: 'current',
          created_at: '2026-11-22T12:00:00.000Z',
          grace_period_ends_at: null,
          last_used_at: null,
          usage_count: 0,
        },
      ],
    });
    expect(headers.get('etag')).toBe('"1"');
    expect(headers.get('cache-control')).toBe('no-store');
    const shown = await app.call('GET', `/api/v1/keys/${String(body.id)}`, { as: developer.token });
    expect(shown.text).not.toContain(body.api_key);
  });

  it('stores nothing of the secret but its digest and prefix', async () => {
    const { body } = await create({ name: 'secret' });
    const rows = await app.dataSource.query<object[]>(
      'SELECT s.*, k.* FROM api_key_secrets s JOIN api_keys k ON k.id = s.key_id',
    );
    expect(JSON.stringify(rows)).not.toContain(String(body.api_key).slice(0, 20));
  });

  it('keeps what was asked for, addresses in their canonical form', async () => {
    const asked = {
      name: 'n',
      description: 'two\nlines',
      permissions: ['write', 'invoices.*'],
      allowed_services: ['billing'],
      allowed_ips: ['10.1.2.3/8', '2001:DB8::1'],
      allowed_user_agents: ['acme/'],
      environment: 'staging',
      rate_limit_per_minute: 5,
      expires_in_days: 1,
      prefix: 'acme',
      external_id: 'customer-1',
      tags: ['a'],
      meta: { plan: 'gold' },
    };
    const { body } = await create(asked);
    expect(body).toMatchObject({
      ...Object.fromEntries(Object.entries(asked).filter(([name]) => !['prefix', 'expires_in_days'].includes(name))),
      allowed_ips: ['10.0.0.0/8', '2001:db8::1'],
      expires_at: '2026-11-23T12:00:00.000Z',
      api_key: expect.stringMatching(/^acme_stg_/) as string,
    });
  });

  it('issues a key that never expires when asked to', async () => {
    expect((await create({ name: 'n', never_expires: true })).body.expires_at).toBeNull();
  });

  it('writes one audit entry, in the same transaction', async () => {
    const { body } = await create({ name: 'audited' });
    const entries = await app.dataSource.query<object[]>('SELECT * FROM audit_log WHERE api_key_id = $1', [body.id]);
    expect(entries).toEqual([
      expect.objectContaining({ action: 'api_key_created', user_id: developer.id, status_code: 201 }),
    ]);
  });
});

describe('401', () => {
  it('refuses who is not signed in', async () => {
    const answer = await app.call('POST', '/api/v1/keys', { body: { name: 'n' } });
    expect([answer.status, answer.body.code]).toEqual([401, 'UNAUTHENTICATED']);
  });
});

describe('403', () => {
  it('lets readonly people make no key', async () => {
    expect((await create({ name: 'n' }, readonly.token)).body.code).toBe('FORBIDDEN');
  });

  it('lets nobody grant a management scope that they do not hold', async () => {
    for (const scope of ['akm:users:write', 'akm:*', 'akm:keys:*']) {
      const answer = await create({ name: 'n', permissions: [scope] });
      expect([answer.status, answer.body.code]).toEqual([403, 'FORBIDDEN']);
    }
    expect((await create({ name: 'n', permissions: ['akm:verify'] })).status).toBe(201);
  });
});

describe('422', () => {
  it('names every bad field at once', async () => {
    const { status, body } = await create({
      name: '',
      permissions: ['*'],
      allowed_ips: ['10.0.0.256'],
      rate_limit_per_minute: 0,
      expires_in_days: 366,
      environment: 'qa',
      prefix: 'A',
      meta: [],
      owner_id: developer.id,
    });
    expect([status, body.code]).toEqual([422, 'VALIDATION_FAILED']);
    expect(fieldsOf(body).sort()).toEqual(
      [
        'allowed_ips',
        'environment',
        'expires_in_days',
        'meta',
        'name',
        'owner_id',
        'permissions',
        'prefix',
        'rate_limit_per_minute',
      ].sort(),
    );
  });

  it.each([
    [{ expires_in_days: 1, never_expires: true }, ['expires_in_days', 'never_expires']],
    [{ expires_at: '2026-11-22T11:59:59Z' }, ['expires_at']],
    [{ expires_at: '2027-02-30' }, ['expires_at']],
    [{ expires_at: '2027-02-30T00:00:00Z' }, ['expires_at']],
    [{ name: ' \u200b ' }, ['name']],
    [{ meta: { big: 'x'.repeat(4096) } }, ['meta']],
    [{ name: 'evil\u202ename' }, ['name']],
  ])('refuses %j', async (fields, named) => {
    const { body } = await create({ name: 'n', ...fields });
    expect(fieldsOf(body)).toEqual(named);
  });
});

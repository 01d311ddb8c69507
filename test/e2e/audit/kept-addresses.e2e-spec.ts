import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Person, TestApp } from '../../support/test-app.js';

const WHOLE = '127.0.0.1';

describe.each([
  ['truncated', /^127\.0\.0\.0\/24$/],
  ['hashed', /^hmac-[0-9a-f]{32}$/],
])('LOG_ADDRESSES=%s', (policy, form) => {
  const app = TestApp.forTests({ LOG_ADDRESSES: policy });
  let admin: Person;
  let key: { id: string; secret: string };
  const log = async (query: string) =>
    (await app.call<{ items: { ip_address: string | null }[] }>('GET', `/api/v1/logs?${query}`, { as: admin.token }))
      .body.items;
  const use = (secret: string) => app.call('GET', '/api/v1/protected/test', { key: secret });

  beforeAll(async () => {
    admin = await app.person('admin');
    key = await app.key(admin, { allowed_ips: [WHOLE] });
    await use(key.secret);
  });

  it('lets nothing else reach the disk: neither the spool nor any table', async () => {
    const spooled = readdirSync(join(app.dataDir, 'spool'), { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map((file) => readFileSync(join(file.parentPath, file.name), 'utf8'))
      .join('');
    expect(spooled).toContain(key.id);
    expect(spooled).not.toContain(WHOLE);
    await app.ingest();
    for (const table of ['usage_events', 'audit_log', 'sessions']) {
      const rows = await app.dataSource.query<{ ip_address: string }[]>(`SELECT ip_address FROM ${table}`);
      expect(rows.length).toBeGreaterThan(0);
      for (const { ip_address: kept } of rows) expect(kept).toMatch(form);
    }
  });

  it('still decides on the whole address', async () => {
    expect((await use(key.secret)).status).toBe(200);
    const elsewhere = await app.key(admin, { allowed_ips: ['127.0.0.2'] });
    expect((await use(elsewhere.secret)).status).toBe(401);
  });

  it('finds entries by the whole address, and by what they show', async () => {
    await app.ingest();
    const [entry] = await log('limit=1');
    expect(entry?.ip_address).toMatch(form);
    const all = await log('limit=500');
    expect(await log(`limit=500&ip=${WHOLE}`)).toEqual(all);
    expect(await log(`limit=500&ip=${encodeURIComponent(entry?.ip_address ?? '')}`)).toEqual(all);
    expect(await log('ip=198.51.100.7')).toEqual([]);
  });
});

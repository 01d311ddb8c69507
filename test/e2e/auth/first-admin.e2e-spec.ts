import { FirstAdmin } from '../../../apps/api/src/auth/first-admin.js';
import { User } from '../../../apps/api/src/auth/user.entity.js';
import { TestApp } from '../../support/test-app.js';
import { truncateAll } from '../../support/test-database.js';
import { auditOf } from './audit-of.js';

describe('the first administrator', () => {
  const app = TestApp.forTests();

  beforeEach(() => truncateAll(app.dataSource));

  const firstAdmin = () => app.nest.get(FirstAdmin);
  const login = (email: string, password: string) =>
    app.call('POST', '/api/v1/auth/login', { body: { email, password } });

  it('is made once by 16 starts on one empty database', async () => {
    const made = await Promise.all(Array.from({ length: 16 }, () => firstAdmin().ensure()));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await app.dataSource.manager.countBy(User, { role: 'admin', passwordIsOneTime: true })).toBe(1);
    expect((await auditOf(app)).map(({ action }) => action)).toEqual(['user_created']);
  });

  it('is wanted only where nobody has an account', async () => {
    expect(await firstAdmin().isWanted()).toBe(true);
    await app.person();
    expect(await firstAdmin().isWanted()).toBe(false);
  });

  it('is made although somebody registered in the moment before', async () => {
    await app.person();
    expect(await firstAdmin().ensure()).not.toBeNull();
  });

  it('is not made beside another administrator', async () => {
    await app.person('admin');
    expect(await firstAdmin().ensure()).toBeNull();
    expect(await app.dataSource.manager.countBy(User, { role: 'admin' })).toBe(1);
  });

  it('has a password of at least 128 random bits that nobody stored', async () => {
    const admin = await firstAdmin().ensure();
    expect(admin?.password).toMatch(/^([2-9b-z]{4}-){6}[2-9b-z]{4}$/);
    const stored = await app.dataSource.query<unknown[]>(`SELECT u::text, a::text FROM users u, audit_log a`);
    expect(JSON.stringify(stored)).not.toContain(admin?.password);
  });

  it('signs in with it once, and is an administrator', async () => {
    const admin = await firstAdmin().ensure();
    const { email, password } = admin ?? { email: '', password: '' };
    const { status, body } = await login(email, password);
    expect(status).toBe(200);
    const me = await app.call('GET', '/api/v1/auth/me', { as: String(body.access_token) });
    expect(me.body).toMatchObject({ email: 'admin@akm.local', role: 'admin' });
    expect((await login(email, password)).status).toBe(401);
  });
});

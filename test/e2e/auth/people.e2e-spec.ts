import { v7 as uuidv7 } from 'uuid';
import { User } from '../../../apps/api/src/auth/user.entity.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { truncateAll } from '../../support/test-database.js';
import { actionsOf, auditOf } from './audit-of.js';

const PATH = '/api/v1/auth/users';
const GRACE = { email: 'grace@example.org', username: 'grace', role: 'readonly' };

describe('the administration of people', () => {
  const app = TestApp.forTests({ REGISTRATION: 'open' });
  let admin: Person;
  let ada: Person;

  beforeEach(async () => {
    await truncateAll(app.dataSource);
    admin = await app.person('admin');
    app.clock.advance(1000);
    ada = await app.person();
    await app.dataSource.query('TRUNCATE audit_log');
  });

  const call = (method: string, path = '', body?: unknown, as = admin) =>
    app.call(method, `${PATH}${path}`, { as: as.token, ...(body !== undefined && { body }) });
  const login = (email: string, password: string) =>
    app.call('POST', '/api/v1/auth/login', { body: { email, password } });
  const meStatus = async ({ token }: Person) => (await app.call('GET', '/api/v1/auth/me', { as: token })).status;

  describe('GET /users', () => {
    it('lists everybody page by page, newest first', async () => {
      const { status, body } = await call('GET', '?page_size=1');
      expect(status).toBe(200);
      expect(body).toMatchObject({ items: [{ id: ada.id }], total: 2, page: 1, page_size: 1, pages: 2 });
      expect((await call('GET', '?page_size=1&page=2')).body).toMatchObject({ items: [{ id: admin.id }] });
      expect((await call('GET', '?page=3')).body).toMatchObject({ items: [], total: 2 });
    });

    it.each(['?page=0', '?page_size=101', '?page_size=0x10', '?page=', '?nonsense=1'])('refuses %s', async (query) => {
      expect((await call('GET', query)).status).toBe(422);
    });
  });

  describe('GET /users/{id}', () => {
    it('shows a person, and nothing of their password', async () => {
      const { status, body, text } = await call('GET', `/${ada.id}`);
      expect([status, body.email]).toEqual([200, ada.email]);
      expect(text).not.toMatch(/argon|password/);
    });

    it.each([uuidv7(), 'me'])('answers 404 for %s', async (id) => {
      expect((await call('GET', `/${id}`)).status).toBe(404);
    });
  });

  describe('POST /users', () => {
    it('makes an account with a password that signs in once and then only serves to choose another', async () => {
      const { status, body } = await call('POST', '', GRACE);
      expect(status).toBe(201);
      const { one_time_password: password, ...user } = body;
      expect(user).toMatchObject({ ...GRACE, is_active: true });
      const { body: session } = await login(GRACE.email, String(password));
      expect((await login(GRACE.email, String(password))).status).toBe(401);
      const change = { current_password: password, new_password: 'another fine passphrase' };
      const as = String(session.access_token);
      expect((await app.call('POST', '/api/v1/auth/change-password', { as, body: change })).status).toBe(200);
      expect((await login(GRACE.email, change.new_password)).status).toBe(200);
    });

    it('shows the password in the answer only', async () => {
      const { body } = await call('POST', '', GRACE);
      const stored = await app.dataSource.query<unknown[]>(`SELECT a::text, u::text FROM audit_log a, users u`);
      expect(JSON.stringify(stored)).not.toContain(body.one_time_password);
      expect((await call('GET', `/${String(body.id)}`)).text).not.toContain(String(body.one_time_password));
      expect(await auditOf(app)).toEqual([
        expect.objectContaining({
          action: 'user_created',
          userId: admin.id,
          metadata: { target_user_id: body.id, role: 'readonly' },
        }),
      ]);
    });

    it('answers 400 for a name that is taken', async () => {
      const { status, body } = await call('POST', '', { ...GRACE, email: ada.email });
      expect([status, body.code]).toEqual([400, 'IDENTITY_TAKEN']);
    });

    it('answers 422 for a password chosen by somebody else, and for a role there is none of', async () => {
      expect((await call('POST', '', { ...GRACE, password: 'another fine passphrase' })).status).toBe(422);
      expect((await call('POST', '', { ...GRACE, role: 'owner' })).status).toBe(422);
    });
  });

  describe('POST /users/{id}/deactivate and /activate', () => {
    it('ends every session of the person and lets them in no more', async () => {
      const { status, body } = await call('POST', `/${ada.id}/deactivate`);
      expect([status, body.is_active]).toEqual([200, false]);
      expect(await meStatus(ada)).toBe(401);
      expect((await login(ada.email, ada.password)).status).toBe(403);
      const refresh = await app.call('POST', '/api/v1/auth/refresh', { body: { refresh_token: ada.refreshToken } });
      expect(refresh.status).toBe(401);
    });

    it('lets them sign in again, but brings no session back', async () => {
      await call('POST', `/${ada.id}/deactivate`);
      const { status, body } = await call('POST', `/${ada.id}/activate`);
      expect([status, body.is_active]).toEqual([200, true]);
      expect(await meStatus(ada)).toBe(401);
      expect((await login(ada.email, ada.password)).status).toBe(200);
    });

    it('is audited when it changes something, and only then', async () => {
      for (const action of ['deactivate', 'deactivate', 'activate', 'activate']) {
        expect((await call('POST', `/${ada.id}/${action}`)).status).toBe(200);
      }
      expect(await actionsOf(app)).toEqual(['user_deactivated', 'user_activated']);
    });

    it('wins over a sign-in of the same moment: no session survives', async () => {
      for (let round = 0; round < 5; round++) {
        const [, signedIn] = await Promise.all([call('POST', `/${ada.id}/deactivate`), login(ada.email, ada.password)]);
        await call('POST', `/${ada.id}/activate`);
        if (signedIn.status === 200) {
          const session = { ...ada, token: String(signedIn.body.access_token) };
          expect(await meStatus(session)).toBe(401);
        }
      }
    });

    it('answers 404 for nobody', async () => {
      expect((await call('POST', `/${uuidv7()}/deactivate`)).status).toBe(404);
    });

    it('answers 409 for the last administrator', async () => {
      const { status, body } = await call('POST', `/${admin.id}/deactivate`);
      expect([status, body.code]).toEqual([409, 'LAST_ADMIN']);
      expect(await meStatus(admin)).toBe(200);
    });

    it('leaves an administrator however many are demoted and deactivated at the same moment', async () => {
      const admins = [admin, await app.person('admin'), await app.person('admin')];
      await Promise.all([
        ...admins.map(({ id }) => call('POST', `/${id}/deactivate`, undefined, admin)),
        ...admins.map(({ id }) => call('PUT', `/${id}/role`, { role: 'developer' }, admins[1])),
      ]);
      const left = await app.dataSource.manager.countBy(User, { role: 'admin', isActive: true });
      expect(left).toBeGreaterThanOrEqual(1);
    });
  });

  describe('everybody but administrators', () => {
    it.each([
      ['GET', ''],
      ['POST', ''],
      ['GET', '/0192aaaa-0000-7000-8000-000000000001'],
      ['POST', '/0192aaaa-0000-7000-8000-000000000001/deactivate'],
      ['POST', '/0192aaaa-0000-7000-8000-000000000001/activate'],
    ])('is refused: %s /users%s', async (method, path) => {
      const body = method === 'POST' && path === '' ? GRACE : undefined;
      const { secret } = await app.key(admin, { permissions: ['akm:*'] });
      expect((await call(method, path, body, ada)).status).toBe(403);
      expect((await call(method, path, body, await app.person('readonly'))).status).toBe(403);
      const withKey = { key: secret, ...(body && { body }) };
      expect((await app.call(method, `${PATH}${path}`, withKey)).status).toBe(401);
      expect((await app.call(method, `${PATH}${path}`, body ? { body } : {})).status).toBe(401);
    });
  });
});

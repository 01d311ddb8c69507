import { User } from '../../../apps/api/src/auth/user.entity.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { truncateAll } from '../../support/test-database.js';
import { auditOf } from './audit-of.js';

describe('PUT /api/v1/auth/me', () => {
  const app = TestApp.forTests();
  let ada: Person;

  beforeEach(async () => {
    await truncateAll(app.dataSource);
    ada = await app.person();
  });

  const update = (body: unknown, as?: string) => app.call('PUT', '/api/v1/auth/me', { body, as: as ?? ada.token });
  const login = (email: string) => app.call('POST', '/api/v1/auth/login', { body: { email, password: ada.password } });

  describe('200', () => {
    it('changes what is given and nothing else', async () => {
      const { status, body } = await update({ username: 'countess' });
      expect(status).toBe(200);
      expect(body).toMatchObject({ id: ada.id, username: 'countess', email: ada.email });
    });

    it('makes the new e-mail address, unverified, the one to sign in with', async () => {
      await app.dataSource.manager.update(User, { id: ada.id }, { isVerified: true });
      expect((await update({ email: ' Countess@Example.org ' })).body).toMatchObject({
        email: 'Countess@Example.org',
        is_verified: false,
      });
      expect((await login('countess@example.org')).status).toBe(200);
      expect((await login(ada.email)).status).toBe(401);
    });

    it('keeps another spelling of the same address verified', async () => {
      await app.dataSource.manager.update(User, { id: ada.id }, { isVerified: true });
      expect((await update({ email: ada.email.toUpperCase() })).body).toMatchObject({ is_verified: true });
    });

    it('is audited with the names before and after', async () => {
      await update({ username: 'countess' });
      expect((await auditOf(app)).at(-1)).toMatchObject({
        action: 'user_updated',
        userId: ada.id,
        metadata: { before: { email: ada.email }, after: { email: ada.email, username: 'countess' } },
      });
    });

    it('changes and audits nothing for an empty body', async () => {
      const before = await auditOf(app);
      expect((await update({})).body).toMatchObject({ email: ada.email });
      expect(await auditOf(app)).toEqual(before);
    });
  });

  describe('400', () => {
    it('refuses the name of somebody else in any spelling, and changes nothing', async () => {
      const bob = await app.person();
      const { status, body } = await update({ username: 'countess', email: bob.email.toUpperCase() });
      expect([status, body.code]).toEqual([400, 'IDENTITY_TAKEN']);
      expect((await app.call('GET', '/api/v1/auth/me', { as: ada.token })).body).toMatchObject({ email: ada.email });
    });
  });

  describe('401', () => {
    it('is what somebody gets who is not signed in', async () => {
      expect((await update({}, 'nonsense')).status).toBe(401);
    });
  });

  describe('422', () => {
    it.each([
      [{ email: 'nonsense' }, 'email'],
      [{ email: null }, 'email'],
      [{ username: 'a b' }, 'username'],
      [{ role: 'admin' }, 'role'],
      [{ is_active: true }, 'is_active'],
      [{ id: '0192aaaa-0000-7000-8000-000000000001' }, 'id'],
    ])('refuses %j', async (body, field) => {
      const answer = await update(body);
      expect(answer.status).toBe(422);
      expect(answer.body.errors).toEqual([expect.objectContaining({ field })]);
    });
  });
});

import { User } from '../../../apps/api/src/auth/user.entity.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { truncateAll } from '../../support/test-database.js';
import { actionsOf } from './audit-of.js';

const NEW_PASSWORD = 'another fine passphrase';

describe('POST /api/v1/auth/change-password', () => {
  const app = TestApp.forTests();
  let ada: Person;

  beforeEach(async () => {
    await truncateAll(app.dataSource);
    ada = await app.person();
    await app.dataSource.query('TRUNCATE audit_log');
  });

  const change = (current: unknown, next: unknown = NEW_PASSWORD, as = ada.token) =>
    app.call('POST', '/api/v1/auth/change-password', { as, body: { current_password: current, new_password: next } });
  const login = (password: string) => app.call('POST', '/api/v1/auth/login', { body: { email: ada.email, password } });
  const meStatus = async (as: string) => (await app.call('GET', '/api/v1/auth/me', { as })).status;

  describe('200', () => {
    it('replaces the password', async () => {
      const { status, body } = await change(ada.password);
      expect(status).toBe(200);
      expect(body).toEqual({ message: expect.any(String) as string });
      expect((await login(ada.password)).status).toBe(401);
      expect((await login(NEW_PASSWORD)).status).toBe(200);
    });

    it('ends every other session at once and keeps this one', async () => {
      const phone = (await login(ada.password)).body;
      await change(ada.password);
      expect(await meStatus(String(phone.access_token))).toBe(401);
      const refresh = (token: unknown) => app.call('POST', '/api/v1/auth/refresh', { body: { refresh_token: token } });
      expect((await refresh(phone.refresh_token)).status).toBe(401);
      expect(await meStatus(ada.token)).toBe(200);
      expect((await refresh(ada.refreshToken)).status).toBe(200);
    });

    it('is audited, and nothing of either password is', async () => {
      await change(ada.password);
      expect(await actionsOf(app)).toEqual(['password_changed']);
      const stored = await app.dataSource.query<unknown[]>(`SELECT a::text, u::text FROM audit_log a, users u`);
      for (const password of [ada.password, NEW_PASSWORD]) expect(JSON.stringify(stored)).not.toContain(password);
    });

    it('gives somebody with a used one-time password one that lasts', async () => {
      const used = { passwordIsOneTime: true, oneTimePasswordUsedAt: new Date(app.clock.now()) };
      await app.dataSource.manager.update(User, { id: ada.id }, used);
      expect((await login(ada.password)).status).toBe(401);
      expect((await change(ada.password)).status).toBe(200);
      expect((await login(NEW_PASSWORD)).status).toBe(200);
      expect((await login(NEW_PASSWORD)).status).toBe(200);
    });

    it('is what one of 16 gets who all know the password and all choose another', async () => {
      const answers = await Promise.all(
        Array.from({ length: 16 }, (_, index) => change(ada.password, `${NEW_PASSWORD} ${index}`)),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400, 423]));
    });
  });

  describe('400', () => {
    it('refuses a wrong current password and changes nothing', async () => {
      const { status, body } = await change('not the password');
      expect([status, body.code]).toEqual([400, 'WRONG_PASSWORD']);
      expect((await login(ada.password)).status).toBe(200);
    });
  });

  describe('401', () => {
    it('is what somebody gets who is not signed in, however right the password', async () => {
      expect((await change(ada.password, NEW_PASSWORD, 'nonsense')).status).toBe(401);
    });
  });

  describe('422', () => {
    it.each([
      ['a weak password', 'weak'],
      ['a common password', 'Password12345'],
      ['a password made of the e-mail address', 'person_1@example.org'],
      ['no password', undefined],
    ])('refuses %s', async (_, password) => {
      const names = { email: 'person_1@example.org', emailCanonical: 'person_1@example.org' };
      await app.dataSource.manager.update(User, { id: ada.id }, names);
      const { status, body } = await change(ada.password, password ?? null);
      expect(status).toBe(422);
      expect(body.errors).toEqual([expect.objectContaining({ field: 'new_password' })]);
    });
  });

  describe('423', () => {
    it('counts wrong passwords together with those of sign-in', async () => {
      for (let failure = 0; failure < 3; failure++) await login('not the password');
      for (let failure = 0; failure < 2; failure++) await change('not the password');
      expect((await change(ada.password)).status).toBe(423);
      expect((await login(ada.password)).status).toBe(423);
      expect(await meStatus(ada.token)).toBe(200);
    });
  });
});

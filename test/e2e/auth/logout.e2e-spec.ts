import { type Person, TestApp } from '../../support/test-app.js';
import { truncateAll } from '../../support/test-database.js';
import { auditOf } from './audit-of.js';

describe('POST /api/v1/auth/logout', () => {
  const app = TestApp.forTests();
  let ada: Person;

  beforeEach(async () => {
    await truncateAll(app.dataSource);
    ada = await app.person();
  });

  const logout = (as?: string) => app.call('POST', '/api/v1/auth/logout', as === undefined ? {} : { as });
  const me = async (as: string) => (await app.call('GET', '/api/v1/auth/me', { as })).status;

  describe('200', () => {
    it('ends every session of the person, access tokens included, and nobody else’s', async () => {
      const credentials = { email: ada.email, password: ada.password };
      const phone = await app.call('POST', '/api/v1/auth/login', { body: credentials });
      const bob = await app.person();
      const { status, body } = await logout(ada.token);
      expect(status).toBe(200);
      expect(body).toEqual({ message: expect.any(String) as string });
      expect(await me(ada.token)).toBe(401);
      expect(await me(String(phone.body.access_token))).toBe(401);
      expect(await me(bob.token)).toBe(200);
    });

    it('is in the audit log with the number of sessions it ended', async () => {
      await logout(ada.token);
      expect((await auditOf(app)).at(-1)).toMatchObject({
        action: 'logout',
        userId: ada.id,
        metadata: { sessions: 1 },
      });
    });

    it('does not keep the person from signing in again', async () => {
      await logout(ada.token);
      const credentials = { email: ada.email, password: ada.password };
      expect((await app.call('POST', '/api/v1/auth/login', { body: credentials })).status).toBe(200);
    });
  });

  describe('401', () => {
    it('is what somebody gets who is not signed in, or no longer', async () => {
      expect((await logout()).status).toBe(401);
      await logout(ada.token);
      expect((await logout(ada.token)).status).toBe(401);
    });
  });
});

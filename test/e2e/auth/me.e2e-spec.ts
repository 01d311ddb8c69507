import { User } from '../../../apps/api/src/auth/user.entity.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { truncateAll } from '../../support/test-database.js';

const LIFETIME_MS = 30 * 60_000;

describe('GET /api/v1/auth/me', () => {
  const app = TestApp.forTests({ ACCESS_TOKEN_EXPIRE_MINUTES: '30' });
  let ada: Person;

  beforeEach(async () => {
    await truncateAll(app.dataSource);
    ada = await app.person();
  });

  const me = (headers: Record<string, string>) => app.call('GET', '/api/v1/auth/me', { headers });

  describe('200', () => {
    it('shows the caller to themselves', async () => {
      const { status, body } = await me({ authorization: `Bearer ${ada.token}` });
      expect(status).toBe(200);
      expect(body).toEqual({
        id: ada.id,
        email: ada.email,
        username: expect.any(String) as string,
        role: 'developer',
        is_active: true,
        is_verified: false,
        created_at: '2026-11-22T12:00:00.000Z',
        last_login: '2026-11-22T12:00:00.000Z',
      });
    });

    it.each(['bearer', 'BEARER'])('takes the scheme written %s', async (scheme) => {
      expect((await me({ authorization: `${scheme} ${ada.token}` })).status).toBe(200);
    });
  });

  describe('401', () => {
    it.each<[string, () => Record<string, string>]>([
      ['nothing', () => ({})],
      ['an empty token', () => ({ authorization: 'Bearer ' })],
      ['a token of somebody’s own making', () => ({ authorization: `Bearer ${ada.token.slice(0, -4)}AAAA` })],
      ['a padded token', () => ({ authorization: `Bearer ${ada.token}=` })],
      ['another scheme', () => ({ authorization: `Basic ${ada.token}` })],
      ['the token in another header', () => ({ 'x-api-key': ada.token })],
      ['a refresh token', () => ({ authorization: `Bearer ${ada.refreshToken}` })],
    ])('is what %s gets', async (_, headers) => {
      const answer = await me(headers());
      expect([answer.status, answer.body.code]).toEqual([401, 'UNAUTHENTICATED']);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="akm"');
    });

    it('is what an expired token gets', async () => {
      app.clock.advance(LIFETIME_MS - 1);
      expect((await me({ authorization: `Bearer ${ada.token}` })).status).toBe(200);
      app.clock.advance(1);
      expect((await me({ authorization: `Bearer ${ada.token}` })).status).toBe(401);
    });

    it('is what a deactivated person gets at once', async () => {
      await app.dataSource.manager.update(User, { id: ada.id }, { isActive: false });
      expect((await me({ authorization: `Bearer ${ada.token}` })).status).toBe(401);
    });

    it('is what a token gets that names somebody else’s session', async () => {
      const bob = await app.person();
      await app.dataSource.query(`UPDATE sessions SET user_id = $1 WHERE user_id = $2`, [bob.id, ada.id]);
      expect((await me({ authorization: `Bearer ${ada.token}` })).status).toBe(401);
    });
  });
});

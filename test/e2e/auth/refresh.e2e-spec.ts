import { SESSION_MAX_MS } from '../../../apps/api/src/auth/sessions.js';
import { Session } from '../../../apps/api/src/auth/session.entity.js';
import { User } from '../../../apps/api/src/auth/user.entity.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { truncateAll } from '../../support/test-database.js';
import { actionsOf } from './audit-of.js';

const DAY_MS = 86_400_000;

describe('POST /api/v1/auth/refresh', () => {
  const app = TestApp.forTests({ ACCESS_TOKEN_EXPIRE_MINUTES: '30' });
  let ada: Person;

  beforeEach(async () => {
    await truncateAll(app.dataSource);
    ada = await app.person();
    await app.dataSource.query('TRUNCATE audit_log');
  });

  const refresh = (token: unknown) => app.call('POST', '/api/v1/auth/refresh', { body: { refresh_token: token } });
  const meStatus = async (token: unknown) => (await app.call('GET', '/api/v1/auth/me', { as: String(token) })).status;

  describe('200', () => {
    it('answers with a new pair that works, in the same session', async () => {
      const { status, body } = await refresh(ada.refreshToken);
      expect(status).toBe(200);
      expect(body).toMatchObject({ token_type: 'bearer', expires_in: 1800 });
      expect(body.refresh_token).not.toBe(ada.refreshToken);
      expect(await meStatus(body.access_token)).toBe(200);
      expect((await refresh(body.refresh_token)).status).toBe(200);
      expect(await app.dataSource.manager.count(Session)).toBe(1);
      expect(await actionsOf(app)).toEqual(['token_refreshed', 'token_refreshed']);
    });

    it('remembers when and from where the session was used last', async () => {
      app.clock.advance(DAY_MS);
      await refresh(ada.refreshToken);
      const [session] = await app.dataSource.manager.find(Session);
      expect(session).toMatchObject({ ipAddress: '127.0.0.1', lastUsedAt: new Date(app.clock.now()) });
    });

    it('keeps a session in use alive, but not beyond its absolute limit', async () => {
      let token: unknown = ada.refreshToken;
      for (let elapsedMs = 6 * DAY_MS; elapsedMs < SESSION_MAX_MS; elapsedMs += 6 * DAY_MS) {
        app.clock.advance(6 * DAY_MS);
        const { status, body } = await refresh(token);
        expect(status).toBe(200);
        token = body.refresh_token;
      }
      app.clock.advance(6 * DAY_MS);
      expect((await refresh(token)).status).toBe(401);
    });
  });

  describe.each([16, 64])('%i parallel uses', (count) => {
    it('have exactly one winner, and end the session they may have been stolen from', async () => {
      const answers = await Promise.all(Array.from({ length: count }, () => refresh(ada.refreshToken)));
      const [winner, ...others] = answers.filter(({ status }) => status === 200);
      expect(others).toEqual([]);
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(count - 1);
      expect(await meStatus(winner?.body.access_token)).toBe(401);
      expect((await refresh(winner?.body.refresh_token)).status).toBe(401);
      expect(await actionsOf(app)).toEqual(['token_refreshed', 'token_reuse_detected']);
    });
  });

  describe('401', () => {
    it('ends the whole family when a used token comes again, and says so in the audit log', async () => {
      const { body } = await refresh(ada.refreshToken);
      const replay = await refresh(ada.refreshToken);
      expect([replay.status, replay.body.code]).toEqual([401, 'INVALID_REFRESH_TOKEN']);
      expect(await meStatus(body.access_token)).toBe(401);
      expect(await meStatus(ada.token)).toBe(401);
      expect((await refresh(body.refresh_token)).status).toBe(401);
      expect(await actionsOf(app)).toEqual(['token_refreshed', 'token_reuse_detected']);
    });

    it('leaves other sessions of the same person alone', async () => {
      const credentials = { email: ada.email, password: ada.password };
      const other = await app.call('POST', '/api/v1/auth/login', { body: credentials });
      await refresh(ada.refreshToken);
      await refresh(ada.refreshToken);
      expect(await meStatus(other.body.access_token)).toBe(200);
    });

    it('is what a token gets that was not used in time', async () => {
      app.clock.advance(7 * DAY_MS);
      expect((await refresh(ada.refreshToken)).status).toBe(401);
    });

    it('is what a token of a signed-out person gets', async () => {
      await app.call('POST', '/api/v1/auth/logout', { as: ada.token });
      expect((await refresh(ada.refreshToken)).status).toBe(401);
    });

    it('is what a token of a deactivated person gets', async () => {
      await app.dataSource.manager.update(User, { id: ada.id }, { isActive: false });
      expect((await refresh(ada.refreshToken)).status).toBe(401);
    });

    it.each(['', 'x', 'A'.repeat(43), 'A'.repeat(256), `${'A'.repeat(42)}=`])('refuses %j', async (token) => {
      const { status, body } = await refresh(token);
      expect([status, body.code]).toEqual([401, 'INVALID_REFRESH_TOKEN']);
    });

    it('does not take an access token for a refresh token', async () => {
      expect((await refresh(ada.token.slice(0, 256))).status).toBe(401);
    });
  });

  describe('422', () => {
    it.each([[undefined], [null], [42], [['x']], ['A'.repeat(257)]])('refuses %j', async (token) => {
      expect((await refresh(token)).status).toBe(422);
    });
  });
});

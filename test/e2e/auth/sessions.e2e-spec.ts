import { v7 as uuidv7 } from 'uuid';
import { type Person, TestApp } from '../../support/test-app.js';
import { truncateAll } from '../../support/test-database.js';
import { auditOf } from './audit-of.js';

interface SessionBody {
  id: string;
  is_current: boolean;
}

const PATH = '/api/v1/auth/sessions';
const DAY_MS = 86_400_000;

describe('GET and DELETE /api/v1/auth/sessions', () => {
  const app = TestApp.forTests();
  let ada: Person;
  let phone: string;

  beforeEach(async () => {
    await truncateAll(app.dataSource);
    ada = await app.person();
    app.clock.advance(1000);
    const body = { email: ada.email, password: ada.password };
    const headers = { 'user-agent': 'phone/1' };
    phone = String((await app.call('POST', '/api/v1/auth/login', { body, headers })).body.access_token);
  });

  const list = async (as: string) => (await app.call<{ items: SessionBody[] }>('GET', PATH, { as })).body.items;
  const end = (id: string, as = ada.token) => app.call('DELETE', `${PATH}/${id}`, { as });
  const currentOf = async (as: string) => (await list(as)).find((session) => session.is_current)?.id ?? '';

  describe('200', () => {
    it('lists the running sessions of the caller, the one used last first', async () => {
      await app.person();
      const sessions = await list(phone);
      expect(sessions.map((session) => session.is_current)).toEqual([true, false]);
      expect(sessions[0]).toEqual({
        id: expect.any(String) as string,
        created_at: new Date(app.clock.now()).toISOString(),
        last_used_at: new Date(app.clock.now()).toISOString(),
        expires_at: new Date(app.clock.now() + 7 * DAY_MS).toISOString(),
        ip_address: '127.0.0.1',
        user_agent: 'phone/1',
        is_current: true,
      });
    });

    it('leaves out those that have ended', async () => {
      await end(await currentOf(phone));
      expect(await list(ada.token)).toHaveLength(1);
    });
  });

  describe('204', () => {
    it('ends that session at once and no other, and is audited', async () => {
      const id = await currentOf(phone);
      const { status, text } = await end(id);
      expect([status, text]).toEqual([204, '']);
      expect((await app.call('GET', PATH, { as: phone })).status).toBe(401);
      expect((await app.call('GET', PATH, { as: ada.token })).status).toBe(200);
      expect((await auditOf(app)).at(-1)).toMatchObject({
        action: 'session_ended',
        userId: ada.id,
        metadata: { session_id: id },
      });
    });
  });

  describe('401', () => {
    it('is what somebody gets who is not signed in', async () => {
      expect((await app.call('GET', PATH)).status).toBe(401);
      expect((await app.call('DELETE', `${PATH}/${uuidv7()}`)).status).toBe(401);
    });
  });

  describe('404', () => {
    it('is the same for a session of somebody else, one that has ended, and one that never was', async () => {
      const bob = await app.person();
      const foreign = await currentOf(bob.token);
      const ended = await currentOf(phone);
      await end(ended);
      const bodies = [];
      for (const id of [foreign, ended, uuidv7(), 'current']) {
        const { status, body } = await end(id);
        expect(status).toBe(404);
        bodies.push({ ...body, instance: '' });
      }
      expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
      expect((await app.call('GET', PATH, { as: bob.token })).status).toBe(200);
    });
  });
});

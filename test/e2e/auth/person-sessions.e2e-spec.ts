import { v7 as uuidv7 } from 'uuid';
import { type Person, TestApp } from '../../support/test-app.js';
import { truncateAll } from '../../support/test-database.js';
import { auditOf } from './audit-of.js';

interface SessionBody {
  id: string;
  is_current: boolean;
}

describe('GET and DELETE /api/v1/auth/users/{id}/sessions', () => {
  const app = TestApp.forTests();
  let admin: Person;
  let ada: Person;

  beforeEach(async () => {
    await truncateAll(app.dataSource);
    [admin, ada] = [await app.person('admin'), await app.person()];
  });

  const path = (id: string) => `/api/v1/auth/users/${id}/sessions`;
  const list = (id: string, as = admin.token) => app.call<{ items: SessionBody[] }>('GET', path(id), { as });
  const end = (id: string, sessionId: string, as = admin.token) =>
    app.call('DELETE', `${path(id)}/${sessionId}`, { as });

  describe('200', () => {
    it('lists the running sessions of the person, none of which is the caller’s', async () => {
      const { items } = (await list(ada.id)).body;
      expect(items.map((session) => session.is_current)).toEqual([false]);
      expect((await list(admin.id)).body.items.map((session) => session.is_current)).toEqual([true]);
    });
  });

  describe('204', () => {
    it('ends that session at once, and is audited as done by whoever did it to whom', async () => {
      const id = (await list(ada.id)).body.items[0]?.id ?? '';
      expect((await end(ada.id, id)).status).toBe(204);
      expect((await app.call('GET', '/api/v1/auth/me', { as: ada.token })).status).toBe(401);
      expect((await list(ada.id)).body.items).toEqual([]);
      expect((await auditOf(app)).at(-1)).toMatchObject({
        action: 'session_ended',
        userId: admin.id,
        metadata: { session_id: id, target_user_id: ada.id },
      });
    });
  });

  describe('404', () => {
    it('is what there is to say of nobody, of a session of somebody else, and of one that has ended', async () => {
      const id = (await list(ada.id)).body.items[0]?.id ?? '';
      expect((await list(uuidv7())).status).toBe(404);
      expect((await end(admin.id, id)).status).toBe(404);
      expect((await end(ada.id, id)).status).toBe(204);
      expect((await end(ada.id, id)).status).toBe(404);
    });
  });
});

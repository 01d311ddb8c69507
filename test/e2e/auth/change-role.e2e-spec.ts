import { v7 as uuidv7 } from 'uuid';
import { User } from '../../../apps/api/src/auth/user.entity.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { truncateAll } from '../../support/test-database.js';
import { auditOf } from './audit-of.js';

describe('PUT /api/v1/auth/users/{id}/role', () => {
  const app = TestApp.forTests();
  let admin: Person;
  let ada: Person;

  beforeEach(async () => {
    await truncateAll(app.dataSource);
    admin = await app.person('admin');
    ada = await app.person();
  });

  const changeRole = (as: Person, id: string, role: unknown) =>
    app.call('PUT', `/api/v1/auth/users/${id}/role`, { as: as.token, body: { role } });
  const roleOf = async ({ id }: Person) => (await app.dataSource.manager.findOneByOrFail(User, { id })).role;

  describe('200', () => {
    it('gives the person the role, at once and for running sessions too', async () => {
      expect((await changeRole(ada, ada.id, 'admin')).status).toBe(403);
      const { status, body } = await changeRole(admin, ada.id, 'admin');
      expect(status).toBe(200);
      expect(body).toMatchObject({ id: ada.id, role: 'admin' });
      expect((await changeRole(ada, admin.id, 'readonly')).status).toBe(200);
      expect((await changeRole(admin, ada.id, 'readonly')).status).toBe(403);
    });

    it('is audited with who did it to whom, before and after', async () => {
      await changeRole(admin, ada.id, 'readonly');
      expect((await auditOf(app)).at(-1)).toMatchObject({
        action: 'role_updated',
        userId: admin.id,
        metadata: { target_user_id: ada.id, before: 'developer', after: 'readonly' },
      });
    });

    it('changes and audits nothing when the person has the role already', async () => {
      const before = await auditOf(app);
      expect((await changeRole(admin, ada.id, 'developer')).status).toBe(200);
      expect(await auditOf(app)).toEqual(before);
    });

    it('lets an administrator step down when another is left', async () => {
      await changeRole(admin, ada.id, 'admin');
      expect((await changeRole(admin, admin.id, 'developer')).status).toBe(200);
    });
  });

  describe('401', () => {
    it('is what somebody gets who is not signed in', async () => {
      const answer = await app.call('PUT', `/api/v1/auth/users/${ada.id}/role`, { body: { role: 'admin' } });
      expect(answer.status).toBe(401);
    });
  });

  describe('403', () => {
    it.each(['developer', 'readonly'] as const)('is what a %s gets, whoever the other is', async (role) => {
      const caller = await app.person(role);
      for (const id of [caller.id, admin.id, uuidv7()]) {
        const { status, body } = await changeRole(caller, id, 'admin');
        expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
      }
      expect(await roleOf(caller)).toBe(role);
    });
  });

  describe('404', () => {
    it.each([uuidv7(), 'me', '1'])('is what %s gets', async (id) => {
      expect((await changeRole(admin, id, 'developer')).status).toBe(404);
    });
  });

  describe('409', () => {
    it('keeps the last administrator', async () => {
      const { status, body } = await changeRole(admin, admin.id, 'developer');
      expect([status, body.code]).toEqual([409, 'LAST_ADMIN']);
      expect(await roleOf(admin)).toBe('admin');
    });

    it('does not count an administrator who is deactivated', async () => {
      const gone = await app.person('admin');
      await app.dataSource.manager.update(User, { id: gone.id }, { isActive: false });
      expect((await changeRole(admin, admin.id, 'developer')).status).toBe(409);
      expect((await changeRole(admin, gone.id, 'developer')).status).toBe(200);
    });

    it('leaves one administrator of two who take each other’s role away at the same moment', async () => {
      for (let round = 0; round < 10; round++) {
        const other = await app.person('admin');
        const answers = await Promise.all([
          changeRole(admin, other.id, 'developer'),
          changeRole(other, admin.id, 'developer'),
        ]);
        const admins = await app.dataSource.manager.countBy(User, { role: 'admin' });
        expect([admins, answers.filter(({ status }) => status === 200).length]).toEqual([1, 1]);
        if ((await roleOf(admin)) !== 'admin') admin = other;
      }
    });
  });

  describe('422', () => {
    it.each(['owner', 'ADMIN', '', null, ['admin'], undefined])('refuses the role %j', async (role) => {
      expect((await changeRole(admin, ada.id, role)).status).toBe(422);
    });
  });
});

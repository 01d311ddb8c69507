import { User } from '../../../apps/api/src/auth/user.entity.js';
import { TestApp } from '../../support/test-app.js';
import { truncateAll } from '../../support/test-database.js';
import { auditOf } from './audit-of.js';

const ADA = { email: 'Ada@Example.com', username: 'Ada', password: 'SecurePass123!' };

describe('POST /api/v1/auth/register', () => {
  const app = TestApp.forTests();

  beforeEach(() => truncateAll(app.dataSource));

  const register = (body: unknown, on = app) => on.call('POST', '/api/v1/auth/register', { body });

  describe('201', () => {
    it('makes an active developer, and shows everything about them but the password', async () => {
      const { status, body, text } = await register(ADA);
      expect(status).toBe(201);
      expect(body).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        email: 'Ada@Example.com',
        username: 'Ada',
        role: 'developer',
        is_active: true,
        is_verified: false,
        created_at: '2026-11-22T12:00:00.000Z',
        last_login: null,
      });
      expect(text).not.toContain('argon2');
    });

    it('stores argon2id and an audit row with the account, and neither the password', async () => {
      const { body } = await register(ADA);
      const user = await app.dataSource.manager.findOneByOrFail(User, { id: String(body.id) });
      expect(user.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
      expect(await auditOf(app)).toEqual([
        expect.objectContaining({ action: 'user_registered', userId: user.id, statusCode: 201, method: 'POST' }),
      ]);
      const everything = await app.dataSource.query<unknown[]>(`SELECT u::text, a::text FROM users u, audit_log a`);
      expect(JSON.stringify(everything)).not.toContain(ADA.password);
    });

    it('lets exactly one of 16 win who register the same name in different spellings at once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 16 }, (_, index) =>
          register({ ...ADA, email: index % 2 ? 'ADA@example.com.' : ' ａda@EXAMPLE.com', username: `ada_${index}` }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(15).fill(400)]);
      expect(await app.dataSource.manager.count(User)).toBe(1);
    });
  });

  describe('400', () => {
    it('says the same of a taken e-mail address and of a taken username, in any spelling', async () => {
      await register(ADA);
      const email = await register({ ...ADA, email: 'ADA@EXAMPLE.COM', username: 'another' });
      const username = await register({ ...ADA, email: 'another@example.com', username: 'ＡＤＡ' });
      const { instance: first, ...emailTaken } = email.body;
      const { instance: second, ...usernameTaken } = username.body;
      expect(emailTaken).toMatchObject({ status: 400, code: 'IDENTITY_TAKEN' });
      expect(usernameTaken).toEqual(emailTaken);
      expect(first).not.toBe(second);
    });
  });

  describe('403', () => {
    it('is what everybody gets where registration is closed', async () => {
      const closed = await TestApp.start({ REGISTRATION: 'closed' });
      try {
        const { status, body } = await register(ADA, closed);
        expect([status, body.code]).toEqual([403, 'REGISTRATION_CLOSED']);
        expect(await closed.dataSource.manager.count(User)).toBe(0);
      } finally {
        await closed.stop();
      }
    });
  });

  describe('422', () => {
    it('lists every bad field at once', async () => {
      const { status, body } = await register({ email: 'nonsense', username: 'a b', password: 'weak' });
      expect(status).toBe(422);
      expect(body).toMatchObject({
        code: 'VALIDATION_FAILED',
        errors: [
          { field: 'email', message: 'email must be an e-mail address' },
          { field: 'username', message: expect.stringContaining('username must be 3 to 50') as string },
          { field: 'password', message: 'password must be at least 12 characters long' },
        ],
      });
    });

    it.each([
      ['weak', 'must be at least 12 characters long'],
      ['P@ssw0rd1234', 'is too easy to guess: it is made of a common password'],
      ['akm-admin-2026', 'must not be made of the name of this service or its roles'],
    ])('says why %s will not do as a password', async (password, why) => {
      const answer = await register({ ...ADA, password });
      expect(answer.status).toBe(422);
      expect(answer.body.errors).toEqual([{ field: 'password', message: `password ${why}` }]);
    });

    it.each([
      ['a password made of the e-mail address', { ...ADA, password: 'ada@example.com' }, 'password'],
      ['a common password', { ...ADA, password: 'Password12345' }, 'password'],
      ['a password of 129 characters', { ...ADA, password: 'x1!'.repeat(43) }, 'password'],
      ['a password that is a number', { ...ADA, password: 123_456_789_012 }, 'password'],
      ['an e-mail address in a list', { ...ADA, email: ['ada@example.com'] }, 'email'],
      ['a zero-width space', { ...ADA, email: 'a\u200bda@example.com' }, 'email'],
      ['no username', { email: ADA.email, password: ADA.password }, 'username'],
      ['a role chosen by the sender', { ...ADA, role: 'admin' }, 'role'],
    ])('refuses %s', async (_, body, field) => {
      const answer = await register(body);
      expect(answer.status).toBe(422);
      expect(answer.body.errors).toEqual([expect.objectContaining({ field })]);
    });
  });
});

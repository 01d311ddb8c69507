import { argon2id, hash } from 'argon2';
import { SignInAttempt } from '../../../apps/api/src/auth/sign-in-attempt.entity.js';
import { User } from '../../../apps/api/src/auth/user.entity.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { truncateAll } from '../../support/test-database.js';
import { actionsOf, auditOf } from './audit-of.js';

const WRONG = 'not the password';
const LOCKOUT_MS = 15 * 60_000;

describe('POST /api/v1/auth/login', () => {
  const app = TestApp.forTests({ ACCESS_TOKEN_EXPIRE_MINUTES: '30' });
  let ada: Person;

  beforeEach(async () => {
    await truncateAll(app.dataSource);
    ada = await app.person();
    await app.dataSource.query('TRUNCATE audit_log');
  });

  const login = (email: string, password: string) =>
    app.call('POST', '/api/v1/auth/login', { body: { email, password }, headers: { 'user-agent': 'test/1' } });

  async function statuses(attempts: Iterable<[email: string, password: string]>): Promise<number[]> {
    const answers = [];
    for (const [email, password] of attempts) answers.push((await login(email, password)).status);
    return answers;
  }

  const failures = async () => (await app.dataSource.manager.find(SignInAttempt)).map((row) => row.failures);
  const times = (count: number, email: string, password = WRONG) =>
    Array.from({ length: count }, (): [string, string] => [email, password]);

  describe('200', () => {
    it('answers with an access token that works and says how long', async () => {
      const { status, body, headers } = await login(ada.email, ada.password);
      expect(status).toBe(200);
      expect(body).toEqual({
        access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string,
        refresh_token: expect.stringMatching(/^[\w-]{43}$/) as string,
        token_type: 'bearer',
        expires_in: 1800,
      });
      expect(headers.get('cache-control')).toBe('no-store');
      const me = await app.call('GET', '/api/v1/auth/me', { as: String(body.access_token) });
      expect(me.body).toMatchObject({ id: ada.id, last_login: '2026-11-22T12:00:00.000Z' });
    });

    it('stores the refresh token as a digest only, and writes one audit row', async () => {
      const { body } = await login(ada.email, ada.password);
      const stored = await app.dataSource.query<unknown[]>(`SELECT t::text FROM refresh_tokens t`);
      expect(JSON.stringify(stored)).not.toContain(String(body.refresh_token));
      expect(await auditOf(app)).toEqual([
        expect.objectContaining({ action: 'login_success', userId: ada.id, statusCode: 200, userAgent: 'test/1' }),
      ]);
    });

    it.each([
      ['in capitals', (email: string) => email.toUpperCase()],
      ['with spaces around it', (email: string) => `  ${email} `],
      ['with the dot of the DNS root', (email: string) => `${email}.`],
    ])('recognises the e-mail address %s', async (_, spelling) => {
      expect((await login(spelling(ada.email), ada.password)).status).toBe(200);
    });

    it('forgets earlier failures', async () => {
      expect(await statuses([...times(4, ada.email), [ada.email, ada.password], ...times(4, ada.email)])).toEqual([
        ...Array<number>(4).fill(401),
        200,
        ...Array<number>(4).fill(401),
      ]);
    });

    it('lets everybody in who knows the password, however many at once', async () => {
      const answers = await Promise.all(times(16, ada.email, ada.password).map((attempt) => login(...attempt)));
      expect(answers.map(({ status }) => status)).toEqual(Array<number>(16).fill(200));
    });

    it('takes a one-time password once, of 16 at once', async () => {
      await app.dataSource.manager.update(User, { id: ada.id }, { passwordIsOneTime: true });
      const answers = await Promise.all(times(16, ada.email, ada.password).map((attempt) => login(...attempt)));
      const admitted = answers.filter(({ status }) => status === 200);
      expect(admitted).toHaveLength(1);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 401, 423]));
    });

    it('makes a hash with old parameters anew, and the password goes on working', async () => {
      const weak = await hash(ada.password, { type: argon2id, memoryCost: 8192, timeCost: 1, parallelism: 1 });
      await app.dataSource.manager.update(User, { id: ada.id }, { passwordHash: weak });
      expect(await statuses(times(2, ada.email, ada.password))).toEqual([200, 200]);
      const { passwordHash } = await app.dataSource.manager.findOneByOrFail(User, { id: ada.id });
      expect(passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    });
  });

  describe('401', () => {
    it('gives the same bytes for an unknown address and a wrong password', async () => {
      const unknown = await login('nobody@example.org', WRONG);
      const wrong = await login(ada.email, WRONG);
      const withoutId = ({ text, body }: typeof wrong) => text.replace(String(body.instance), '');
      expect([unknown.status, wrong.status]).toEqual([401, 401]);
      expect(withoutId(wrong)).toBe(withoutId(unknown));
      expect(wrong.headers.get('www-authenticate')).toBe('Bearer realm="akm"');
      const names = ({ headers }: typeof wrong) => [...headers.keys()];
      expect(names(wrong)).toEqual(names(unknown));
    });

    it('is also what an address gets that is none', async () => {
      expect((await login('not an address', WRONG)).status).toBe(401);
    });

    it('records every failure, and never what was typed', async () => {
      await login(ada.email, 'typed-by-mistake');
      await login('typed-by-mistake@example.org', WRONG);
      const entries = await auditOf(app);
      expect(entries.map(({ action, userId, metadata }) => ({ action, userId, metadata }))).toEqual([
        { action: 'login_failed', userId: ada.id, metadata: { reason: 'wrong_password' } },
        { action: 'login_failed', userId: null, metadata: { reason: 'unknown_account' } },
      ]);
      expect(JSON.stringify(entries)).not.toContain('typed-by-mistake');
    });

    it('is what a deactivated account answers to a wrong password', async () => {
      await app.dataSource.manager.update(User, { id: ada.id }, { isActive: false });
      expect((await login(ada.email, WRONG)).status).toBe(401);
    });
  });

  describe('403', () => {
    it('tells only whoever knows the password that the account is deactivated, and never locks it for that', async () => {
      await app.dataSource.manager.update(User, { id: ada.id }, { isActive: false });
      const answers = await statuses(times(7, ada.email, ada.password));
      expect(answers).toEqual(Array<number>(7).fill(403));
      expect(new Set(await actionsOf(app))).toEqual(new Set(['login_failed']));
    });
  });

  describe('422', () => {
    it.each([
      ['no password', { email: 'ada@example.org' }, 'password'],
      ['a password that is no text', { email: 'ada@example.org', password: 1 }, 'password'],
      ['a password of a megabyte', { email: 'ada@example.org', password: 'x'.repeat(100_000) }, 'password'],
    ])('refuses %s', async (_, body, field) => {
      const answer = await app.call('POST', '/api/v1/auth/login', { body });
      expect(answer.status).toBe(422);
      expect(answer.body.errors).toContainEqual(expect.objectContaining({ field }));
    });
  });

  describe('423', () => {
    it('answers the right password too, until the lock ends', async () => {
      expect(await statuses(times(5, ada.email))).toEqual(Array<number>(5).fill(401));
      app.clock.advance(1000);
      const locked = await login(ada.email, ada.password);
      expect([locked.status, locked.body.code]).toEqual([423, 'ACCOUNT_LOCKED']);
      expect(locked.headers.get('retry-after')).toBe(String(LOCKOUT_MS / 1000 - 1));
      app.clock.advance(LOCKOUT_MS - 1001);
      expect((await login(ada.email, ada.password)).status).toBe(423);
      app.clock.advance(1);
      expect((await login(ada.email, ada.password)).status).toBe(200);
    });

    it('counts from one again after the lock', async () => {
      await statuses(times(5, ada.email));
      app.clock.advance(LOCKOUT_MS);
      expect(await statuses(times(6, ada.email))).toEqual([...Array<number>(5).fill(401), 423]);
    });

    it('is reached by failures spread over spellings of one address', async () => {
      const [local = '', domain = ''] = ada.email.split('@');
      const spellings = [
        ada.email.toUpperCase(),
        ` ${ada.email}`,
        `${ada.email}.`,
        `${local.replace('p', 'ｐ')}@${domain}`,
        `${local}@${domain.replace('.', '。')}`,
      ];
      await statuses(spellings.map((spelling) => [spelling, WRONG]));
      expect(await failures()).toEqual([5]);
      for (const spelling of [ada.email, ...spellings]) {
        expect((await login(spelling, ada.password)).status).toBe(423);
      }
    });

    it('is the same for an address without an account', async () => {
      const known = await statuses(times(6, ada.email));
      const unknown = await statuses(times(6, 'nobody@example.org'));
      expect(unknown).toEqual(known);
    });

    it('is never overrun by 200 guesses at once', async () => {
      const answers = await Promise.all(times(200, ada.email).map((attempt) => login(...attempt)));
      const looked = answers.filter(({ status }) => status === 401);
      expect(looked).toHaveLength(5);
      expect(answers.filter(({ status }) => status === 423)).toHaveLength(195);
      expect(await failures()).toEqual([5]);
      expect((await login(ada.email, ada.password)).status).toBe(423);
    });

    it('counts in the database exactly, also when the transaction of the sign-in fails', async () => {
      await statuses(times(2, ada.email));
      await app.dataSource.query(`ALTER TABLE audit_log ADD CONSTRAINT full_disk CHECK (false) NOT VALID`);
      try {
        expect(await statuses(times(2, ada.email))).toEqual([500, 500]);
      } finally {
        await app.dataSource.query(`ALTER TABLE audit_log DROP CONSTRAINT full_disk`);
      }
      expect(await failures()).toEqual([4]);
    });

    it('is audited once as the lock of the account', async () => {
      await statuses(times(7, ada.email));
      const actions = await actionsOf(app);
      expect(actions.filter((action) => action === 'account_locked')).toHaveLength(1);
      expect(actions.filter((action) => action === 'login_failed')).toHaveLength(7);
    });

    it('does not lock anybody else', async () => {
      await statuses(times(6, ada.email));
      const bob = await app.person();
      expect((await login(bob.email, bob.password)).status).toBe(200);
    });
  });

  describe('429', () => {
    it('stops one address that tries one password on many accounts, and registration from there too', async () => {
      const limited = await TestApp.start({ SIGN_IN_LIMIT_PER_MINUTE: '3' });
      try {
        const attempt = (path: string, body: object) => limited.call('POST', `/api/v1/auth/${path}`, { body });
        for (let n = 0; n < 3; n++) {
          const body = { email: `nobody${n}@example.org`, password: WRONG };
          expect((await attempt('login', body)).status).toBe(401);
        }
        const refused = await attempt('login', { email: 'nobody3@example.org', password: WRONG });
        expect([refused.status, refused.body.code]).toEqual([429, 'TOO_MANY_REQUESTS']);
        expect(refused.headers.get('retry-after')).toBe('20');
        const grace = { email: 'grace@example.org', username: 'grace', password: 'SecurePass123!' };
        expect((await attempt('register', grace)).status).toBe(429);
        limited.clock.advance(20_000);
        expect((await attempt('register', grace)).status).toBe(201);
      } finally {
        await limited.stop();
      }
    });
  });

  describe('429 for an account', () => {
    it('stops many addresses that try one account, however it is spelled, and lets others sign in', async () => {
      const limited = await TestApp.start({ SIGN_IN_LIMIT_PER_MINUTE: '3', TRUST_PROXY: '127.0.0.0/8' });
      try {
        const attempt = (ip: string, address: string) =>
          limited.call('POST', '/api/v1/auth/login', {
            headers: { 'x-forwarded-for': ip },
            body: { email: address, password: WRONG },
          });
        const spellings = ['ada@example.org', ' Ada@Example.org', 'ADA@EXAMPLE.ORG'];
        for (const [n, spelling] of spellings.entries())
          expect((await attempt(`203.0.113.${n}`, spelling)).status).toBe(401);
        const refused = await attempt('203.0.113.9', 'ada@example.org');
        expect([refused.status, refused.body.code]).toEqual([429, 'TOO_MANY_REQUESTS']);
        expect(refused.headers.get('retry-after')).toBe('20');
        expect((await attempt('203.0.113.9', 'grace@example.org')).status).toBe(401);
      } finally {
        await limited.stop();
      }
    });

    it('is not reached by those who register with its e-mail address, whatever else they send', async () => {
      const limited = await TestApp.start({ SIGN_IN_LIMIT_PER_MINUTE: '3', TRUST_PROXY: '127.0.0.0/8' });
      try {
        const { email, password } = await limited.person();
        const post = (path: string, ip: string, body: object) =>
          limited.call('POST', `/api/v1/auth/${path}`, { headers: { 'x-forwarded-for': ip }, body });
        for (let n = 0; n < 40; n++) {
          const body = n % 2 ? { email } : { email, username: `nobody${n}`, password: 'SecurePass123!' };
          expect((await post('register', `198.51.100.${n}`, body)).status).toBe(n % 2 ? 422 : 400);
        }
        expect((await post('login', '203.0.113.9', { email, password })).status).toBe(200);
      } finally {
        await limited.stop();
      }
    });
  });

  describe('503', () => {
    it('asks a flood to come back, and counts no attempt that nobody looked at', async () => {
      const flood = Array.from({ length: 200 }, (_, index) => login(`nobody${index}@example.org`, WRONG));
      const answers = await Promise.all(flood);
      const shed = answers.filter(({ status }) => status === 503);
      expect(shed.length).toBeGreaterThan(0);
      expect(new Set(shed.map(({ headers }) => headers.get('retry-after')))).toEqual(new Set(['2']));
      expect((await failures()).filter((count) => count > 0)).toHaveLength(200 - shed.length);
    });
  });
});

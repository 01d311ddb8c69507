import { DiscoveryService, MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import { ACCESS } from '../../../apps/api/src/access/access.decorator.js';
import { User } from '../../../apps/api/src/auth/user.entity.js';
import { type Person, TestApp } from '../../support/test-app.js';
import { truncateAll } from '../../support/test-database.js';

describe('who may call the management API', () => {
  const app = TestApp.forTests();
  let ada: Person;
  let reader: string;
  let writer: string;

  beforeEach(async () => {
    await truncateAll(app.dataSource);
    ada = await app.person();
    reader = (await app.key(ada, { permissions: ['akm:keys:read'] })).secret;
    writer = (await app.key(ada, { permissions: ['read', 'akm:keys:read', 'akm:keys:write'] })).secret;
  });

  const list = (headers: Record<string, string> = {}) => app.call('GET', '/api/v1/keys', { headers });
  const create = (key: string) => app.call('POST', '/api/v1/keys', { key, body: { name: 'made by a key' } });

  it('is declared by every route there is', () => {
    const discovery = new DiscoveryService(app.nest.get(ModulesContainer));
    const reflector = new Reflector();
    const undeclared = discovery.getControllers().flatMap(({ instance, metatype, name }) =>
      new MetadataScanner()
        .getAllMethodNames(Object.getPrototypeOf(instance) as object)
        .map((method) => ({ method, handler: (instance as Record<string, object>)[method] }))
        .filter(({ handler }) => handler && Reflect.hasMetadata('path', handler))
        .filter(
          ({ handler }) =>
            !reflector.getAllAndOverride<unknown>(
              ACCESS,
              [handler, metatype].filter((target) => typeof target === 'function'),
            ),
        )
        .map(({ method }) => `${name}.${method}`),
    );
    expect(undeclared).toEqual([]);
  });

  describe('200', () => {
    it.each<[string, (key: string) => Record<string, string>]>([
      ['X-API-Key', (key) => ({ 'x-api-key': key })],
      ['Authorization: ApiKey', (key) => ({ authorization: `ApiKey ${key}` })],
      ['Authorization: Bearer', (key) => ({ authorization: `Bearer ${key}` })],
    ])('is what a key with the scope gets that is sent as %s, with its limits', async (_, headers) => {
      const { status, body, headers: sent } = await list(headers(reader));
      expect(status).toBe(200);
      expect(body.total).toBe(2);
      expect(sent.get('ratelimit-policy')).toContain('"minute"');
    });

    it('is what a key gets that makes another: it acts for its owner', async () => {
      const { status, body } = await create(writer);
      expect([status, body.owner_id]).toEqual([201, ada.id]);
    });

    it('is what the key for everything gets of an administrator who is one no longer, as far as they still may', async () => {
      const admin = await app.person('admin');
      const { secret } = await app.key(admin, { permissions: ['akm:*', 'read'] });
      await app.dataSource.manager.update(User, { id: admin.id }, { role: 'developer' });
      expect((await create(secret)).status).toBe(201);
    });
  });

  describe('401', () => {
    const refused = async (headers: Record<string, string>) => {
      const { status, body, headers: sent } = await list(headers);
      expect(sent.get('www-authenticate')).toMatch(/^(Bearer|ApiKey) realm="akm"$/);
      return [status, body.code];
    };

    it('is what nobody gets', async () => {
      expect(await refused({})).toEqual([401, 'UNAUTHENTICATED']);
    });

    it('is what a text gets that is neither a token nor a key', async () => {
      expect(await refused({ authorization: 'Bearer nonsense' })).toEqual([401, 'UNAUTHENTICATED']);
      expect(await refused({ 'x-api-key': 'nonsense' })).toEqual([401, 'API_KEY_MALFORMED']);
    });

    it('is what a bad token gets, whatever key is sent beside it', async () => {
      expect(await refused({ authorization: 'Bearer a.b.c', 'x-api-key': reader })).toEqual([401, 'UNAUTHENTICATED']);
    });

    it('is what a key gets where only people may call', async () => {
      const ways: Record<string, string>[] = [{ 'x-api-key': writer }, { authorization: `Bearer ${writer}` }];
      for (const headers of ways) {
        const { status, body } = await app.call('GET', '/api/v1/auth/me', { headers });
        expect([status, body.code]).toEqual([401, 'UNAUTHENTICATED']);
      }
    });

    it('is what the key of a deactivated person gets', async () => {
      await app.dataSource.manager.update(User, { id: ada.id }, { isActive: false });
      expect(await refused({ 'x-api-key': reader })).toEqual([401, 'UNAUTHENTICATED']);
    });

    it('is what a key gets that has made itself revoked', async () => {
      const { id, secret } = await app.key(ada, { permissions: ['akm:keys:write'] });
      expect((await app.call('DELETE', `/api/v1/keys/${id}`, { key: secret })).status).toBe(204);
      expect(await refused({ 'x-api-key': secret })).toEqual([401, 'API_KEY_REVOKED']);
    });

    it.each(['/api/v1/%6beys', '/api/v1/keys/', '//api/v1/keys', '/api/v1/keys;x=1', '/API/v1/keys', '/api/v1/./keys'])(
      'or 404, but never an answer, is what %s gets without credentials',
      async (path) => {
        for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE']) {
          expect((await app.call(method, path)).status).toBeGreaterThanOrEqual(400);
        }
      },
    );
  });

  describe('403', () => {
    it('is what a key without the scope gets', async () => {
      const { status, body } = await create(reader);
      expect([status, body.code]).toEqual([403, 'API_KEY_INSUFFICIENT_PERMISSIONS']);
    });

    it('is what a key gets that may do more than its owner still may', async () => {
      expect((await create(writer)).status).toBe(201);
      const admin = await app.person('admin');
      const role = `/api/v1/auth/users/${ada.id}/role`;
      expect((await app.call('PUT', role, { as: admin.token, body: { role: 'readonly' } })).status).toBe(200);
      const { status, body } = await create(writer);
      expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
      expect((await list({ 'x-api-key': writer })).status).toBe(200);
    });

    it('is what a person gets whose role lacks the scope', async () => {
      const bob = await app.person('readonly');
      const { status, body } = await app.call('POST', '/api/v1/keys', { as: bob.token, body: { name: 'x' } });
      expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
    });
  });
});

import '../../support/e2e-timeout.js';
import { eventually } from '../../support/eventually.js';
import { type Person, TestApp } from '../../support/test-app.js';

let app: TestApp;
let admin: Person;
let owner: Person;
let service: string;

beforeAll(async () => {
  app = await TestApp.start();
  admin = await app.person('admin');
});
beforeEach(async () => {
  owner = await app.person();
  const body = { permissions: ['akm:verify'], rate_limit_per_minute: 10_000 };
  service = (await app.key(owner, body)).secret;
  await eventually('the owner is known without asking', async () => {
    const query = jest.spyOn(app.dataSource, 'query');
    expect(await status()).toBe(200);
    const asked = query.mock.calls.filter(([sql]) => sql.includes('FROM users')).length;
    query.mockRestore();
    return asked === 0;
  });
});
afterAll(() => app.stop());

const status = async () =>
  (await app.call('POST', '/api/v1/verify', { key: service, body: { key: 'not a key' } })).status;
const giveRole = (role: string) =>
  app.call('PUT', `/api/v1/auth/users/${owner.id}/role`, { as: admin.token, body: { role } });

describe('a key that calls for its owner', () => {
  it('may no longer do what its owner may no longer do, from the moment at which that was answered', async () => {
    expect((await giveRole('readonly')).status).toBeLessThan(300);
    expect(await status()).toBe(403);
    expect((await giveRole('developer')).status).toBeLessThan(300);
    expect(await status()).toBe(200);
  });

  it('may nothing when its owner was deactivated behind the back of akm', async () => {
    await app.dataSource.query('UPDATE users SET is_active = false WHERE id = $1', [owner.id]);
    await eventually('the change is known', async () => (await status()) === 401);
  });
});

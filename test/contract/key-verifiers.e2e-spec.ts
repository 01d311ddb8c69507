import { randomBytes } from 'node:crypto';
import { generateKey } from '#domain';
import { KeyVerifier, RemoteKeyVerifier } from '#guards';
import { type IssuedKeySpec, keyVerifierContract, type KeyVerifierHarness } from '#guards/testing';
import { type Person, TestApp } from '../support/test-app.js';

const app = TestApp.forTests();
let owner: Person;
let service: string;
beforeAll(async () => {
  owner = await app.person();
  service = (await app.key(owner, { permissions: ['akm:verify'], rate_limit_per_minute: 10_000 })).secret;
});
// Some cases move the clock by a day, and with it the session to its end.
beforeEach(async () => {
  owner = await app.person();
});

/** Issues and changes keys through the API, as any owner would. */
class ApiHarness implements KeyVerifierHarness {
  readonly unknownSecret = generateKey('production', randomBytes).reveal();

  constructor(readonly verifier: KeyVerifier) {}

  issue(spec: IssuedKeySpec) {
    return app.key(owner, {
      permissions: spec.permissions,
      environment: spec.environment,
      allowed_services: spec.allowedServices,
      allowed_user_agents: spec.allowedUserAgents,
      rate_limit_per_minute: spec.perMinute,
      credits: spec.credits,
      ...(spec.expiresInMs === null
        ? { never_expires: true }
        : { expires_at: new Date(app.clock.now() + spec.expiresInMs).toISOString() }),
    });
  }

  async rotate(id: string, graceMs: number) {
    const { body } = await app.call<{ new_key: { api_key: string } }>('POST', `/api/v1/keys/${id}/rotate`, {
      as: owner.token,
      body: { grace_period_hours: 1 },
    });
    app.clock.advance(3_600_000 - graceMs);
    return body.new_key.api_key;
  }

  disable = (id: string) => this.act('POST', `${id}/disable`);
  enable = (id: string) => this.act('POST', `${id}/enable`);
  revoke = (id: string) => this.act('DELETE', id);

  advance(ms: number): void {
    app.clock.advance(ms);
  }

  private async act(method: string, path: string): Promise<void> {
    const { status } = await app.call(method, `/api/v1/keys/${path}`, { as: owner.token });
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}`);
  }
}

describe('LocalKeyVerifier keeps the KeyVerifier contract', () => {
  it.each(keyVerifierContract)('$name', async ({ run }) => {
    await run(new ApiHarness(app.nest.get(KeyVerifier, { strict: false })));
  });
});

describe('RemoteKeyVerifier keeps the KeyVerifier contract', () => {
  it.each(keyVerifierContract)('$name', async ({ run }) => {
    await run(new ApiHarness(new RemoteKeyVerifier({ url: app.url, apiKey: service })));
  });

  it('refuses when akm does not answer', async () => {
    const away = new RemoteKeyVerifier({ url: 'http://127.0.0.1:9', apiKey: service });
    const attempt = { presented: 'k', cost: 1, requestId: 'r', method: 'GET', endpoint: '/' };
    await expect(away.verify(attempt)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});

import { randomBytes } from 'node:crypto';
import { Controller, Delete, Get, UseGuards } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { generateKey, type KeyFacts, ManualClock } from '#domain';
import { ProblemFilter } from '#problems';
import { ApiKeyGuard } from './api-key.guard.js';
import { CurrentKey } from './current-key.decorator.js';
import { GuardsModule } from './guards.module.js';
import { KeyVerifier, type VerifiedKey } from './key-verifier.js';
import { RequirePermissions, RequirePermissionsByMethod } from './require-permissions.decorator.js';
import { InMemoryKeyVerifier } from './testing/in-memory-key-verifier.js';

@Controller('invoices')
@UseGuards(ApiKeyGuard)
@RequirePermissionsByMethod()
class InvoicesController {
  @Get()
  list(@CurrentKey() key: VerifiedKey): string {
    return key.id;
  }

  @Delete()
  remove(): string {
    return 'gone';
  }

  @Get('export')
  @RequirePermissions('invoices.read AND (invoices.export OR admin)')
  export(): string {
    return 'csv';
  }
}

const clock = new ManualClock(0);
const secret = generateKey('production', randomBytes).reveal();
const facts: KeyFacts = {
  state: 'active',
  isCanary: false,
  secret: { retiredAt: null },
  expiresAt: null,
  environment: 'production',
  allowedServices: ['billing'],
  allowedRanges: [],
  allowedUserAgents: [],
  permissions: ['read', 'invoices.*'],
  creditsRemaining: null,
};

async function start(verifier: KeyVerifier, service: string): Promise<NestFastifyApplication> {
  const module = await Test.createTestingModule({
    imports: [GuardsModule.forRoot({ verifier, service, clock })],
    controllers: [InvoicesController],
  }).compile();
  const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
  app.useGlobalFilters(new ProblemFilter());
  await app.init();
  return app;
}

describe('ApiKeyGuard in another service', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    const verifier = new InMemoryKeyVerifier(clock);
    const { permissions, environment } = facts;
    verifier.add(secret, {
      facts,
      key: {
        id: 'key-1',
        name: '',
        ownerId: '',
        externalId: null,
        permissions,
        environment,
        expiresAt: null,
        meta: null,
      },
      limits: [{ name: 'minute', capacity: 3, periodMs: 60_000 }],
    });
    app = await start(verifier, 'billing');
  });
  afterAll(() => app.close());

  const call = (method: 'GET' | 'DELETE', url: string, key = secret) =>
    app.inject({ method, url, headers: { 'x-api-key': key } });

  it('admits a key that may, and hands it to the route', async () => {
    const answer = await call('GET', '/invoices');
    expect([answer.statusCode, answer.body]).toEqual([200, 'key-1']);
  });

  it('refuses what the method needs and the key lacks', async () => {
    const answer = await call('DELETE', '/invoices');
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([
      403,
      'API_KEY_INSUFFICIENT_PERMISSIONS',
    ]);
  });

  it('reads the query of a route', async () => {
    expect((await call('GET', '/invoices/export')).statusCode).toBe(200);
  });

  it('answers 401 with a challenge when there is no key', async () => {
    const answer = await app.inject({ method: 'GET', url: '/invoices' });
    expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, 'ApiKey realm="akm"']);
  });

  it('says when to come back once the limit is reached, and keeps its word', async () => {
    clock.advance(60_000);
    for (let use = 0; use < 3; use++) expect((await call('GET', '/invoices')).statusCode).toBe(200);
    const refused = await call('GET', '/invoices');
    expect(refused.statusCode).toBe(429);
    expect(refused.headers.ratelimit).toMatch(/^"minute";r=0;t=/);
    clock.advance(Number(refused.headers['retry-after']) * 1000);
    expect((await call('GET', '/invoices')).statusCode).toBe(200);
  });

  it('refuses a query that cannot be parsed while the class is being defined', () => {
    expect(() => RequirePermissions('a AND')).toThrow('at 5');
    expect(() => RequirePermissions('read', 'a AND b')).toThrow('argument 2');
  });
});

describe('ApiKeyGuard with a verifier that cannot tell', () => {
  it('refuses', async () => {
    class Away extends KeyVerifier {
      verify(): Promise<never> {
        return Promise.reject(new Error('away'));
      }
    }
    const app = await start(new Away(), 'billing');
    const answer = await app.inject({ method: 'GET', url: '/invoices', headers: { 'x-api-key': secret } });
    expect(answer.statusCode).toBe(500);
    await app.close();
  });
});

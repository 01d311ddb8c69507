import { Body, Controller, Get, Module, Param, Post, Query } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { IsInt, IsOptional, IsString, MaxLength } from 'class-validator';
import { type FastifyInstance } from 'fastify';
import { configureHttp } from './configure-http.js';
import { HttpAdapter } from './http-adapter.js';
import { QueryInteger } from './query-value.js';
import { Origin, type RequestOrigin } from './request-origin.js';
import { UuidPipe } from './uuid.pipe.js';

class NoteDto {
  @IsString()
  @MaxLength(5)
  title: string;

  @IsInt()
  @IsOptional()
  size?: number;
}

class PageDto {
  @QueryInteger()
  @IsOptional()
  page?: number;
}

@Controller('notes')
class NotesController {
  @Post()
  create(@Body() note: NoteDto): NoteDto {
    return note;
  }

  @Get()
  list(@Query() page: PageDto): PageDto {
    return page;
  }

  @Get('origin')
  origin(@Origin() origin: RequestOrigin): RequestOrigin {
    return origin;
  }

  @Get('broken')
  broken(): never {
    throw new Error('relation "users" does not exist');
  }

  @Get(':id')
  read(@Param('id', UuidPipe) id: string): string {
    return id;
  }
}

@Module({ controllers: [NotesController] })
class NotesModule {}

const CONFIG = { host: '127.0.0.1', port: 0, trustProxy: [], corsOrigins: [] };
const ID = '0192d1c4-7b3e-7a41-8f0c-1a2b3c4d5e6f';

describe('the edge of the server', () => {
  let app: NestFastifyApplication;
  let adapter: HttpAdapter;
  let server: FastifyInstance;

  async function start(config = CONFIG): Promise<void> {
    const module = await Test.createTestingModule({ imports: [NotesModule] }).compile();
    adapter = new HttpAdapter(config);
    app = module.createNestApplication<NestFastifyApplication>(adapter, { logger: false });
    configureHttp(app, config);
    await app.init();
    server = adapter.getInstance();
    await server.ready();
  }

  beforeAll(() => start());
  afterAll(() => app.close());

  it.each([
    ['GET', '/nowhere', 404, 'NOT_FOUND'],
    ['GET', '/notes/', 404, 'NOT_FOUND'],
    ['GET', '//notes', 404, 'NOT_FOUND'],
    ['GET', '/Notes', 404, 'NOT_FOUND'],
    ['GET', '/notes;a=1', 404, 'NOT_FOUND'],
    ['GET', '/notes/not-an-id', 404, 'NOT_FOUND'],
    ['GET', `/notes/${ID}0`, 404, 'NOT_FOUND'],
    ['GET', `/notes/${'x'.repeat(5_000)}`, 404, 'NOT_FOUND'],
    ['GET', '/notes/%ff', 400, 'INVALID_TEXT'],
    ['DELETE', '/notes', 405, 'METHOD_NOT_ALLOWED'],
    ['TRACE', '/notes', 405, 'METHOD_NOT_ALLOWED'],
    ['QUERY', '/notes', 405, 'METHOD_NOT_ALLOWED'],
    ['PROPFIND', '/notes', 405, 'METHOD_NOT_ALLOWED'],
    ['DELETE', '/nowhere', 404, 'NOT_FOUND'],
    ['GET', '/notes?page=1&page=2', 400, 'REPEATED_PARAMETER'],
    ['GET', '/notes?page=%00', 400, 'INVALID_TEXT'],
    ['GET', '/notes?page=%ff', 400, 'INVALID_TEXT'],
    ['GET', '/notes?__proto__=1', 400, 'BAD_REQUEST'],
    ['GET', '/notes?page=0x10', 422, 'VALIDATION_FAILED'],
    ['GET', '/notes?page=1e1', 422, 'VALIDATION_FAILED'],
    ['GET', '/notes?page=%201', 422, 'VALIDATION_FAILED'],
    ['GET', '/notes?page=%2B1', 422, 'VALIDATION_FAILED'],
    ['GET', '/notes?other=1', 422, 'VALIDATION_FAILED'],
    ['GET', '/notes?api_key=x', 400, 'KEY_IN_QUERY'],
    ['GET', '/nowhere?X-API-Key=x', 400, 'KEY_IN_QUERY'],
    ['GET', '/notes/broken', 500, 'INTERNAL_ERROR'],
  ])('answers %s %s with %s %s', async (method, url, status, code) => {
    const answer = await server.inject({ method: method as 'GET', url });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    const body = answer.json<Record<string, unknown>>();
    expect(body).toMatchObject({ status, code, instance: answer.headers['x-request-id'] });
    expect(answer.body).not.toContain('relation');
  });

  it.each([
    ['GET', '/notes', 200],
    ['HEAD', '/notes', 200],
    ['GET', '/%6eotes', 200],
    ['GET', '/notes?page=16', 200],
    ['GET', `/notes/${ID}`, 200],
    ['OPTIONS', '/notes', 204],
    ['GET', '/problems/not-found', 200],
  ])('answers %s %s with %s, an id and no permission to cache secrets', async (method, url, status) => {
    const answer = await server.inject({ method: method as 'GET', url });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers['cache-control']).toBe(url.startsWith('/problems') ? 'public, max-age=3600' : 'no-store');
  });

  it('names the methods a path does answer to', async () => {
    const refused = await server.inject({ method: 'DELETE', url: '/notes?page=1' });
    const asked = await server.inject({ method: 'OPTIONS', url: `/notes/${ID}` });
    expect(refused.headers.allow).toBe('GET, HEAD, OPTIONS, POST');
    expect(asked.headers.allow).toBe('GET, HEAD, OPTIONS');
  });

  it.each([
    ['application/json', '{"title":"ab"}', 201],
    ['application/json; charset=utf-8', '{"title":"ab"}', 201],
    ['application/json', '{"title":"ab","title":"cd"}', 400],
    ['application/json', '', 422],
    ['application/json', 'null', 422],
    ['application/json', '5', 422],
    ['application/json', '"text"', 422],
    ['application/json', '[]', 422],
    ['application/json', '[{"title":"ab"}]', 422],
    ['application/json', '{"title":"abcdef","size":"1","colour":"red"}', 422],
    ['application/x-www-form-urlencoded', 'title=ab', 415],
    ['multipart/form-data; boundary=x', '--x--', 415],
    ['text/plain', '{"title":"ab"}', 415],
    ['application/problem+json', '{"title":"ab"}', 415],
    ['nonsense', '{"title":"ab"}', 415],
    ['application/json', `{"title":"${'a'.repeat(256 * 1024)}"}`, 413],
  ])('answers a body of %s, %.40s, with %s', async (type, payload, status) => {
    const answer = await server.inject({ method: 'POST', url: '/notes', headers: { 'content-type': type }, payload });
    expect(answer.statusCode).toBe(status);
  });

  it('refuses packed bodies', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const answer = await server.inject({ method: 'POST', url: '/notes', headers, payload: '{"title":"ab"}' });
    expect(answer.statusCode).toBe(415);
  });

  it('lists every wrong field at once', async () => {
    const payload = { title: 'abcdef', size: 1.5, colour: 'red' };
    const answer = await server.inject({ method: 'POST', url: '/notes', payload });
    const { errors } = answer.json<{ errors: { field: string; message: string }[] }>();
    expect(errors.map(({ field }) => field).sort()).toEqual(['colour', 'size', 'title']);
  });

  it('tells the house of a key in a URL before it answers, and nobody else', async () => {
    const leaks: unknown[] = [];
    adapter.gate.onLeakedKey = (leak) => Promise.resolve(void leaks.push(leak));
    const answer = await server.inject({ method: 'GET', url: '/notes?access_token=a%20secret' });
    expect(leaks).toMatchObject([{ key: 'a secret', origin: { endpoint: '/notes', ip: '127.0.0.1' } }]);
    expect(answer.body).not.toContain('a secret');
  });

  it('takes no name for a request and no address from strangers', async () => {
    const headers = { 'x-request-id': 'chosen', 'x-forwarded-for': '9.9.9.9', forwarded: 'for=9.9.9.9', host: 'a' };
    const answer = await server.inject({ method: 'GET', url: '/notes/origin', headers });
    expect(answer.json()).toMatchObject({ ip: '127.0.0.1', requestId: answer.headers['x-request-id'] });
    expect(answer.headers['x-request-id']).not.toBe('chosen');
  });

  it('guards pages, and leaves machine answers alone', async () => {
    const page = await server.inject({ method: 'GET', url: '/problems/not-found' });
    const machine = await server.inject({ method: 'GET', url: '/notes' });
    expect(page.headers['content-security-policy']).toMatch(/frame-ancestors 'none'/);
    expect(page.headers['content-security-policy']).not.toMatch(/upgrade-insecure-requests/);
    expect(page.headers['strict-transport-security']).toBeUndefined();
    expect(machine.headers['content-security-policy']).toBeUndefined();
  });

  it('lets scripts of no other origin in unless told to', async () => {
    const answer = await server.inject({ method: 'GET', url: '/notes', headers: { origin: 'https://a.example' } });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('the edge of a server behind a proxy', () => {
  it('believes its proxies, the right-most untrusted hop and nothing to the left of it', async () => {
    const config = { ...CONFIG, trustProxy: ['127.0.0.0/8', '10.0.0.0/8'], corsOrigins: ['https://console.example'] };
    const module = await Test.createTestingModule({ imports: [NotesModule] }).compile();
    const app = module.createNestApplication<NestFastifyApplication>(new HttpAdapter(config), { logger: false });
    configureHttp(app, config);
    await app.init();
    const headers = { 'x-request-id': 'chosen-1', 'x-forwarded-for': '6.6.6.6, ::ffff:9.9.9.9, 10.1.1.1' };
    const answer = await app.inject({ method: 'GET', url: '/notes/origin', headers });
    expect(answer.json()).toMatchObject({ ip: '9.9.9.9', requestId: 'chosen-1' });
    const origin = 'https://console.example';
    const asked = await app.inject({ method: 'GET', url: '/notes', headers: { origin } });
    const stranger = await app.inject({ method: 'GET', url: '/notes', headers: { origin: 'https://evil.example' } });
    expect(asked.headers['access-control-allow-origin']).toBe(origin);
    expect(stranger.headers['access-control-allow-origin']).toBeUndefined();
    await app.close();
  });
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { PROBLEM_CODES } from '#problems';
import { startListeningToRoutes } from '../../support/served-routes.js';
import { ServerProcess } from '../../support/server-process.js';
import { PAGES } from '../console/page-policy.js';
import { type ApiDescription, exampleOf, type Route, routesOf } from './api-description.js';
import { schemaGaps } from './schema-gaps.js';

/** The landing page, the explorer, the explanations of problems, and the description itself. */
const EXPLORER = /^[A-Z]+ \/(|docs.*|openapi\.(json|yaml)|problems\/\{slug\})$/;

let dataDir: string;
let server: ServerProcess;
let description: ApiDescription;
let routes: Route[];

// The comments and types that the description is made of are read while the product is built.
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'akm-openapi-'));
  server = await ServerProcess.start({ dataDir });
  description = (await (await fetch(`${server.url}/openapi.json`)).json()) as ApiDescription;
  routes = routesOf(description);
}, 60_000);

afterAll(async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const faultsOf = (fault: (route: Route) => string | false | undefined) =>
  routes.flatMap((route) => {
    const found = fault(route);
    return found ? [`${route.name}: ${found}`] : [];
  });

describe('the API description', () => {
  it('is OpenAPI 3.1', () => {
    expect(description.openapi).toBe('3.1.0');
  });

  it('is the same in YAML', async () => {
    const yaml = await (await fetch(`${server.url}/openapi.yaml`)).text();
    expect(load(yaml)).toEqual(description);
  });

  it('bounds every value and shows an example of it', () => {
    expect(schemaGaps(description)).toEqual([]);
  });

  it('asks for nothing that has a default', () => {
    expect(
      faultsOf(
        ({ operation: { parameters = [] } }) =>
          parameters.find(({ required, schema }) => required && 'default' in schema)?.name,
      ),
    ).toEqual([]);
  });

  it('keeps its operation ids, from which clients make the names of their functions', () => {
    const known = JSON.parse(readFileSync(join(import.meta.dirname, 'operation-ids.json'), 'utf8')) as object;
    expect(Object.fromEntries(routes.map(({ name, operation }) => [name, operation.operationId]))).toEqual(known);
  });

  it('has an operation id of its own for every route', () => {
    expect(new Set(routes.map(({ operation }) => operation.operationId)).size).toBe(routes.length);
  });

  it('describes exactly the routes there are', async () => {
    const { app, routes: all } = await startListeningToRoutes();
    await app.stop();
    const served = all.filter((route) => !EXPLORER.test(route) && !PAGES.test(route));
    expect(routes.map(({ name }) => name).sort()).toEqual(served.sort());
  });

  it('says what each operation does, under a heading that is explained', () => {
    const headings = description.tags.map(({ name }) => name);
    expect(faultsOf(({ operation }) => !operation.summary && 'no summary')).toEqual([]);
    expect(faultsOf(({ operation: { tags = [] } }) => tags.find((tag) => !headings.includes(tag)))).toEqual([]);
    expect(faultsOf(({ operation: { tags = [] } }) => tags.length !== 1 && 'not one tag')).toEqual([]);
  });

  it('says of every answer what it means', () => {
    expect(
      faultsOf(({ operation }) => Object.entries(operation.responses).find(([, { description }]) => !description)?.[0]),
    ).toEqual([]);
  });
});

describe('the security of an operation', () => {
  it('is declared with schemes that are explained; an empty one admits everybody', () => {
    const schemes = Object.keys(description.components.securitySchemes);
    expect(faultsOf(({ operation }) => !operation.security?.length && 'no security')).toEqual([]);
    const named = routes.flatMap(({ operation: { security = [] } }) => security.flatMap((each) => Object.keys(each)));
    expect([...new Set(named)].sort()).toEqual(schemes.sort());
  });

  it('is what the server does with somebody it does not know', async () => {
    const faults = await Promise.all(
      routes.map(async ({ name, operation }) => {
        const { status } = await send(name);
        const isOpen = operation.security?.some((each) => Object.keys(each).length === 0);
        // Signing in with nothing is 422 at most: only a route that knows its callers asks for credentials.
        return (status === 401) === isOpen ? [`${name}: ${status}`] : [];
      }),
    );
    expect(faults.flat()).toEqual([]);
  });
});

describe('the example of a body', () => {
  it('is one that the server takes as it stands', async () => {
    const token = await adminToken();
    const faults: string[] = [];
    for (const { name, operation } of routes) {
      const schema = operation.requestBody?.content['application/json']?.schema;
      if (!schema) continue;
      const body = (await (await send(name, exampleOf(schema, description), token)).json()) as { code?: string };
      if (body.code === 'VALIDATION_FAILED') faults.push(`${name}: ${JSON.stringify(body)}`);
    }
    expect(faults).toEqual([]);
  });
});

describe('the problems of an operation', () => {
  it('are described as problems, with codes of the catalogue', () => {
    const known = new Set<string>(PROBLEM_CODES);
    const faults = faultsOf(({ operation }) =>
      Object.entries(operation.responses)
        .filter(([status]) => Number(status) >= 400)
        .flatMap(([status, { description: text = '', content = {} }]) => {
          const codes = [...text.matchAll(/^`(\w+)`: /gm)].map(([, code = '']) => code);
          const isProblem = Object.keys(content).join() === 'application/problem+json';
          return [...codes.filter((code) => !known.has(code)), ...(codes.length > 0 && isProblem ? [] : [status])];
        })
        .join(', '),
    );
    expect(faults).toEqual([]);
  });

  it.each<[string, number, (route: Route) => boolean | undefined]>([
    ['malformed requests', 400, () => true],
    ['failures of ours', 500, () => true],
    ['callers without credentials', 401, ({ operation }) => operation.security?.every((each) => Object.keys(each)[0])],
    ['ids that name nothing', 404, ({ operation }) => operation.parameters?.some((each) => each.in === 'path')],
    ['fields that will not do', 422, ({ operation }) => operation.parameters?.some((each) => each.in === 'query')],
    ['bodies that will not do', 422, ({ operation }) => operation.requestBody !== undefined],
    ['bodies that are too large', 413, ({ operation }) => operation.requestBody !== undefined],
    ['bodies that are not JSON', 415, ({ operation }) => operation.requestBody !== undefined],
  ])('include %s (%i)', (_, status, applies) => {
    expect(faultsOf((route) => applies(route) && !route.operation.responses[status] && `no ${status}`)).toEqual([]);
  });
});

describe('the check for bounds and examples', () => {
  const of = (schema: object): ApiDescription => ({
    openapi: '3.1.0',
    tags: [],
    paths: {},
    components: { schemas: { A: { type: 'object', properties: { b: schema } } }, securitySchemes: {} },
  });

  it.each<[object, string]>([
    [{ type: 'string', example: 'x' }, 'A.b: string without maxLength'],
    [{ type: ['string', 'null'], format: 'email', example: 'x' }, 'A.b: string without maxLength'],
    [{ type: 'string', maxLength: 1 }, 'A.b: no example'],
    [{ type: 'integer', maximum: 1, format: 'int32', example: 1 }, 'A.b: integer without minimum'],
    [{ type: 'number', minimum: 0, example: 0.5 }, 'A.b: number without maximum'],
    [{ type: 'number', minimum: 0, maximum: 1, example: 1 }, 'A.b: number without fractions: say integer'],
    [{ type: 'array', items: { $ref: '#/x' } }, 'A.b: array without maxItems'],
    [{ type: 'array', maxItems: 1, items: { type: 'string' }, example: [] }, 'A.b[]: string without maxLength'],
    [{ type: 'object', additionalProperties: true, example: {} }, 'A.b: object without maxProperties'],
    [{ oneOf: [{ type: 'string' }], example: 'x' }, 'A.b|0: string without maxLength'],
    [{ example: 'x' }, 'A.b: no type'],
  ])('notices %j', (schema, gap) => {
    expect(schemaGaps(of(schema))).toEqual([gap]);
  });
});

/** Calls a route of the description, with ids that name nothing. */
function send(route: string, body?: unknown, token?: string): Promise<Response> {
  const [method = '', path = ''] = route.split(' ');
  return fetch(`${server.url}${path.replace(/\{[^}]+\}/g, '0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f')}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function adminToken(): Promise<string> {
  const [, email, password] = await server.said(/First admin +(\S+)\s+One-time password +(\S+)/);
  const answer = await send('POST /api/v1/auth/login', { email, password });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { access_token: string }).access_token;
}

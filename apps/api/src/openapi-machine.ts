import type { OpenAPIObject } from '@nestjs/swagger';
import { getSchemaPath } from '@nestjs/swagger';
import { EVERYWHERE, problemResponses } from '#problems';
import type { Described, MachineRoute } from './access/machine-route.js';

type Paths = OpenAPIObject['paths'];
type Operation = NonNullable<Paths[string]['get']>;
type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

/** The DTOs that have to be among the schemas before `describeMachineRoutes` refers to them. */
export function machineModels(routes: readonly MachineRoute[]) {
  return routes.flatMap(({ description: { query, body, answer } }) =>
    [query, body?.dto, answer?.dto].filter((dto) => dto !== undefined),
  );
}

/** Adds to an API description the routes that Nest knows nothing of, in the words in which it describes the others. */
export function describeMachineRoutes(document: OpenAPIObject, routes: readonly MachineRoute[]): void {
  const schemas = (document.components ??= {}).schemas ?? {};
  for (const route of routes) {
    // One operation stands for any method: they do not differ, and a client needs one function and not thirty.
    const method = route.method === 'ANY' ? 'get' : (route.method.toLowerCase() as 'get' | 'post');
    document.paths[route.path] = { ...document.paths[route.path], [method]: operationOf(route, schemas) };
  }
  // The fields of a query are parameters, and its DTO is nothing a client would ever send or get.
  for (const { description } of routes) {
    if (description.query) Reflect.deleteProperty(schemas, description.query.name);
  }
}

function operationOf({ access, description: route }: MachineRoute, schemas: Record<string, Schema>): Operation {
  const query = schemas[route.query?.name ?? ''];
  const refusals = [...problemResponses(route.problems, route.statusOf), ...problemResponses(EVERYWHERE)];
  return {
    operationId: route.operationId,
    summary: route.summary,
    description: route.text,
    tags: ['verification'],
    security: SECURITY[access.kind],
    parameters: query ? parametersOf(query) : [],
    ...(route.body && { requestBody: { required: true, content: contentOf(route.body) } }),
    responses: {
      [route.status]: {
        description: '',
        ...(route.answer && { content: contentOf(route.answer) }),
        ...(route.headers && { headers: headersOf(route.headers) }),
      },
      ...Object.fromEntries(refusals.map(({ status, ...response }) => [status, response])),
    },
  };
}

/** What the decorators of `access` say of a controller. */
const SECURITY: Readonly<Record<MachineRoute['access']['kind'], Record<string, string[]>[]>> = {
  public: [{}],
  person: [{ access_token: [] }],
  scope: [{ access_token: [] }, { api_key: [] }],
  api_key: [{ api_key: [] }],
};

function parametersOf(query: Schema): NonNullable<Operation['parameters']> {
  if ('$ref' in query) return [];
  return Object.entries(query.properties ?? {}).map(([name, property]) => {
    const { description = '', ...schema } = property as Exclude<Schema, { $ref: string }>;
    return { name, in: 'query', required: query.required?.includes(name) ?? false, description, schema };
  });
}

function contentOf({ dto, itemsMax, isForm }: Described) {
  const one = { $ref: getSchemaPath(dto) };
  const schema = itemsMax === undefined ? one : { type: 'array', minItems: 1, maxItems: itemsMax, items: one };
  return { [isForm ? 'application/x-www-form-urlencoded' : 'application/json']: { schema } };
}

function headersOf(headers: NonNullable<MachineRoute['description']['headers']>) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, { description, example }]) => [
      name,
      { description, schema: { type: 'string', maxLength: HEADER_LENGTH_MAX, example } },
    ]),
  );
}

/** A hundred permissions, the longest there can be. */
const HEADER_LENGTH_MAX = 12_899;

/** As much of an OpenAPI 3.1 document as its tests look at. */
export interface ApiDescription {
  readonly openapi: string;
  readonly tags: readonly { name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
}

export interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, Response>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly example?: unknown;
  readonly schema: Schema;
}

export interface Response {
  readonly description?: string;
  readonly content?: Content;
}

export type Content = Readonly<Record<string, { readonly schema: Schema }>>;

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly example?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

/** What the explorer proposes to send: the example of the whole, or else those of the fields. */
export function exampleOf(schema: Schema, description: ApiDescription): unknown {
  if (schema.$ref !== undefined) {
    const named = description.components.schemas[schema.$ref.replace('#/components/schemas/', '')];
    if (!named) throw new Error(`${schema.$ref} is not described`);
    return exampleOf(named, description);
  }
  const { example, enum: values, items, properties } = schema;
  if (example !== undefined) return example;
  if (items) return [exampleOf(items, description)];
  if (!properties) return values?.[0];
  return Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, exampleOf(each, description)]));
}

/** An operation and how to call it, such as `GET /api/v1/keys/{id}`. */
export interface Route {
  readonly name: string;
  readonly operation: Operation;
}

export function routesOf({ paths }: ApiDescription): Route[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  );
}

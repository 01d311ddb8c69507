import { STATUS_CODES } from 'node:http';
import type { OpenAPIObject } from '@nestjs/swagger';
import { REFUSALS } from '#guards';
import { type ProblemCode, problemResponses } from '#problems';
import { boundFormats } from './openapi-bounds.js';

/**
 * Adds to the API description what follows from the rest of it and would otherwise be said on every route: how a body, a
 * query or an API key can be refused before the route is asked, which headers an answer carries, what an answer without
 * words of its own means, and how long the text of a format is.
 */
export function finishDocument(document: OpenAPIObject): OpenAPIObject {
  for (const operation of Object.values(document.paths).flatMap((path) => Object.values(path) as Operation[])) {
    const takesKeys = operation.security?.some((scheme) => 'api_key' in scheme);
    if (takesKeys) addProblems(operation, REFUSALS);
    if (operation.requestBody) addProblems(operation, BODY_PROBLEMS);
    // A field with an initial value looks required to the compiler, and is the one that need not be sent.
    for (const parameter of operation.parameters ?? []) if (hasDefault(parameter)) parameter.required = false;
    if (operation.parameters?.some(({ in: place }) => place === 'query')) addProblems(operation, QUERY_PROBLEMS);
    if (operation.parameters?.some(({ name }) => name === 'Idempotency-Key')) {
      addProblems(operation, IDEMPOTENCY_PROBLEMS);
    }
    const isReadByCursor = operation.parameters?.some(({ name }) => name === 'cursor');
    for (const [status, response] of Object.entries(operation.responses)) {
      response.description ||= STATUS_CODES[status] ?? '';
      response.headers = { ...response.headers, ...references(['X-Request-Id']) };
      if (isReadByCursor && status === '200') Object.assign(response.headers, references(['Link']));
      if (takesKeys && isLimited(status)) Object.assign(response.headers, references(LIMIT_HEADERS));
    }
  }
  document.components = { ...document.components, headers: HEADERS };
  boundFormats(document);
  return document;
}

interface Operation {
  security?: object[];
  parameters?: Parameter[];
  requestBody?: object;
  responses: Record<string, Response>;
}

interface Parameter {
  in: string;
  name: string;
  required?: boolean;
  schema?: object;
}

interface Response {
  description: string;
  headers?: Record<string, object>;
}

const BODY_PROBLEMS: readonly ProblemCode[] = [
  'MALFORMED_JSON',
  'DUPLICATE_MEMBER',
  'TOO_DEEP',
  'TOO_MANY_MEMBERS',
  'UNSAFE_NUMBER',
  'UNSAFE_MEMBER',
  'INVALID_TEXT',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
];
const IDEMPOTENCY_PROBLEMS: readonly ProblemCode[] = [
  'IDEMPOTENCY_KEY_INVALID',
  'IDEMPOTENCY_IN_FLIGHT',
  'IDEMPOTENCY_ANSWER_GONE',
  'IDEMPOTENCY_KEY_REUSED',
];
const QUERY_PROBLEMS: readonly ProblemCode[] = ['REPEATED_PARAMETER'];

function addProblems({ responses }: Operation, codes: readonly ProblemCode[]): void {
  // A route may have said it itself, under a status of its own.
  const said = Object.values(responses).map(({ description }) => description);
  const unsaid = codes.filter((code) => !said.some((text) => text.includes(`\`${code}\`: `)));
  for (const { status, ...response } of problemResponses(unsaid)) {
    const known = responses[status];
    if (known) known.description += `\n\n${response.description}`;
    else responses[status] = response;
  }
}

function hasDefault({ schema }: Parameter): boolean {
  return schema !== undefined && 'default' in schema;
}

const LIMIT_HEADERS = [
  'RateLimit',
  'RateLimit-Policy',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
];

/** A key that is let in has met its limits, and so has one that they refuse. */
function isLimited(status: string): boolean {
  return Number(status) < 300 || status === '429';
}

function references(names: readonly string[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

const HEADERS = {
  'X-Request-Id': text(
    'Names the request: here, in the log and in every problem.',
    '0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f',
  ),
  Link: text(
    'When reading by cursor: where the list goes on (RFC 8288). Without it, this was the end.',
    '</api/v1/keys?limit=100&cursor=w7Dq1N0zV9IwMTk4ZjBjNC0yMjIy>; rel="next"',
    8192,
  ),
  RateLimit: text('Tokens left in each limit and seconds until it is full, tightest first.', '"minute";r=59;t=1'),
  'RateLimit-Policy': text('Tokens each limit holds, and seconds over which it refills.', '"minute";q=60;w=60'),
  'X-RateLimit-Limit': count('Tokens the tightest limit holds.', 60),
  'X-RateLimit-Remaining': count('Tokens left in the tightest limit.', 59),
  'X-RateLimit-Reset': count('Unix time in seconds at which the tightest limit is full again.', 1_795_356_061),
};

function text(description: string, example: string, maxLength = 255) {
  return { description, schema: { type: 'string' as const, maxLength, example } };
}

function count(description: string, example: number) {
  const maximum = Number.MAX_SAFE_INTEGER;
  return { description, schema: { type: 'integer' as const, minimum: 0, maximum, example } };
}

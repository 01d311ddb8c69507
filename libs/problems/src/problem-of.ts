import { HttpException } from '@nestjs/common';
import { CATALOGUE, type ProblemCode } from './catalogue.js';
import { Problem, problem } from './problem.js';

/**
 * Turns whatever was thrown into the problem the outside may see. What is not recognised becomes a bare INTERNAL_ERROR,
 * because its text may name tables, files or secrets; for the same reason no message of a framework is passed on.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HttpException) return problemOf(mappedFrom(error));
  const fault = faultOf(error);
  const code = byFastifyCode(fault) ?? byStatus(fault) ?? (isPassing(fault) ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_ERROR');
  return problem(code, { cause: error });
}

/** The few facts about an error by which frameworks and drivers let us recognise it. */
interface Fault {
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

function faultOf(error: unknown): Fault {
  // TypeORM wraps what the driver threw; the driver's error has the SQLSTATE.
  const inner = property(error, 'driverError') ?? error;
  const code = property(inner, 'code');
  const message = property(inner, 'message');
  const status = property(inner, 'statusCode');
  return {
    code: typeof code === 'string' ? code : '',
    message: typeof message === 'string' ? message : '',
    status: typeof status === 'number' ? status : 0,
  };
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Nest hides a Fastify error inside an HttpException; the original says more than its status. */
function mappedFrom(error: HttpException): unknown {
  const inside = faultOf(error.cause);
  return inside.code.startsWith('FST_') ? error.cause : { statusCode: error.getStatus() };
}

const FASTIFY_CODES: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_EMPTY_JSON_BODY: 'MALFORMED_JSON',
  FST_ERR_CTP_INVALID_JSON_BODY: 'MALFORMED_JSON',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'BAD_REQUEST',
  FST_ERR_BAD_URL: 'INVALID_TEXT',
  FST_ERR_HANDLER_TIMEOUT: 'SERVICE_UNAVAILABLE',
};

function byFastifyCode({ code }: Fault): ProblemCode | undefined {
  return FASTIFY_CODES[code];
}

/** The codes that say no more than their status does. */
const PLAIN: readonly ProblemCode[] = [
  'BAD_REQUEST',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'REQUEST_TIMEOUT',
  'CONFLICT',
  'PRECONDITION_FAILED',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'VALIDATION_FAILED',
  'TOO_MANY_REQUESTS',
  'HEADERS_TOO_LARGE',
  'SERVICE_UNAVAILABLE',
];
const PLAIN_BY_STATUS = new Map(PLAIN.map((code) => [CATALOGUE[code].status, code]));

function byStatus({ status }: Fault): ProblemCode | undefined {
  const isClientsFault = status >= 400 && status < 500;
  return PLAIN_BY_STATUS.get(status) ?? (isClientsFault ? 'BAD_REQUEST' : undefined);
}

/**
 * SQLSTATEs of a database that is away, busy, full or read-only, or of a transaction that lost a race and was retried
 * often enough: the same request may succeed later. Anything else the database refuses is our mistake.
 */
const PASSING_SQLSTATE = /^(?:08\w{3}|53\w{3}|57P0[1-5]|57014|55P03|40001|40P01|25006)$/;
const PASSING_SYSTEM_ERROR =
  /^(?:ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
/** The pg driver gives these no code. */
const PASSING_MESSAGE =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error)/;

function isPassing({ code, message }: Fault): boolean {
  return PASSING_SQLSTATE.test(code) || PASSING_SYSTEM_ERROR.test(code) || PASSING_MESSAGE.test(message);
}

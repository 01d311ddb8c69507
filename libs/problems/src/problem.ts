import { CATALOGUE, problemSlug, type ProblemCode } from './catalogue.js';

/** One unacceptable field; `field` is a dotted path such as `rotation.every_days` or `allowed_ips.2`. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

export interface ProblemOptions {
  /** A sentence for the person at the other end: never SQL, a stack, a version, a path or key material. */
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  /** Sent with the answer, such as `Retry-After` or `Allow`; they win over the headers a code has by itself. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What happened inside, for the log only. */
  readonly cause?: unknown;
}

/** The body of RFC 9457, members in the order in which they are sent. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: ProblemCode;
  readonly errors?: readonly FieldError[];
}

/** A refusal that the caller is meant to see. Throw it anywhere; the filter answers it. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    const { meaning, remedy } = CATALOGUE[code];
    const detail = options.detail ?? `${meaning} ${remedy}`;
    // A refusal is an answer: nobody reads where it was made, and to find that out takes longer than to verify a key.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(`${code}: ${detail}`, { cause: options.cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'Problem';
    this.code = code;
    this.detail = detail;
    this.errors = options.errors;
    this.headers = { ...ownHeaders(code), ...options.headers };
  }

  get status(): number {
    return CATALOGUE[this.code].status;
  }

  /** `instance` is the request id. The `type` is relative to the server that answers, as RFC 9457 §3.1.1 allows. */
  body(instance: string): ProblemBody {
    const { status, title } = CATALOGUE[this.code];
    return {
      type: `/problems/${problemSlug(this.code)}`,
      title,
      status,
      detail: this.detail,
      instance,
      code: this.code,
      ...(this.errors && { errors: this.errors }),
    };
  }
}

export function problem(code: ProblemCode, options?: ProblemOptions): Problem {
  return new Problem(code, options);
}

/** RFC 9110 §11.6.1 wants a challenge with every 401; a 503 without a time to come back invites a stampede. */
function ownHeaders(code: ProblemCode): Record<string, string> {
  const { status } = CATALOGUE[code];
  return {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(status === 401 && { 'www-authenticate': `${code.startsWith('API_KEY_') ? 'ApiKey' : 'Bearer'} realm="akm"` }),
    ...(status === 503 && { 'retry-after': '2' }),
  };
}

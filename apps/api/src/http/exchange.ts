import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { ProblemFilter } from '#problems';
import type { RouteTally } from './request-counts.js';

type Headers = Readonly<Record<string, string>>;

const problems = new ProblemFilter();

/**
 * One request of a machine route and its answer, without a framework around them: Fastify's reply takes a fifth of the
 * time of a whole hello. What hooks have put on the response itself is sent with the answer.
 */
export class Exchange {
  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    /** The X-Request-Id of the answer. */
    readonly id: string,
    /** Of the client, as `TRUST_PROXY` allows to know it. */
    readonly ip: string | undefined,
    /** Where the answer is counted, unless a hook counts it. */
    private readonly tally?: RouteTally,
  ) {}

  get method(): string {
    return this.request.method ?? '';
  }

  /** Path and query. */
  get url(): string {
    return this.request.url ?? '';
  }

  get headers(): IncomingHttpHeaders {
    return this.request.headers;
  }

  /** Address of whoever holds the other end of the connection: a client, or the last proxy. */
  get peer(): string | undefined {
    return this.request.socket.remoteAddress;
  }

  /** @param json absent: no body, as a 204 has none. */
  answer(status: number, headers: Headers, json?: string): void {
    this.tally?.count(this.method, status);
    const all: Record<string, string> = {
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': this.id,
      ...(json !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
      ...headers,
    };
    if (json === undefined) {
      this.response.writeHead(status, all).end();
      return;
    }
    // One byte a character is written without looking at each of them, and most bodies are that.
    const isAscii = ASCII.test(json);
    all['content-length'] = String(isAscii ? json.length : Buffer.byteLength(json));
    this.response.writeHead(status, all).end(json, isAscii ? 'latin1' : 'utf8');
  }

  /** Answers with the problem that an error is. */
  fail(error: unknown): void {
    const { response } = this;
    let status = 500;
    let headers: Headers = {};
    problems.answer(error, this, {
      sent: response.headersSent,
      raw: response,
      code: (code) => (status = code),
      headers: (all) => (headers = all),
      send: (body) => {
        this.answer(status, headers, body.toString());
      },
    });
  }
}

// eslint-disable-next-line no-control-regex -- all of ASCII is what is looked for
const ASCII = /^[\x00-\x7f]*$/;

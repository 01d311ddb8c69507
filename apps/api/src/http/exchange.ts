import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { ProblemFilter } from '#problems';
import type { RouteTally } from './request-counts.js';
import { peerAddress } from './peer-address.js';
import { type HeaderLines, headersOf, linesOf } from './header-lines.js';

/** A body that is ready to be sent. */
export interface JsonText {
  readonly text: string;
  /** One byte is one character: so nobody has to look at each of them. */
  readonly isAscii: boolean;
}

export const JSON_TYPE: HeaderLines = 'content-type: application/json; charset=utf-8\r\n';

export function jsonText(text: string): JsonText {
  return { text, isAscii: ASCII.test(text) };
}

// eslint-disable-next-line no-control-regex -- all of ASCII is what is looked for
const ASCII = /^[\x00-\x7f]*$/;

const problems = new ProblemFilter();

/**
 * One request of a machine route and its answer, without a framework around them: Fastify's reply takes a fifth of the
 * time of a whole hello. What hooks have put on the response itself is sent with the answer.
 */
export class Exchange {
  constructor(
    protected readonly request: IncomingMessage,
    protected readonly response: ServerResponse,
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
    return peerAddress(this.request.socket);
  }

  /**
   * @param lines beyond what every answer says; with the type of the body, where there is one.
   * @param json absent: no body, as a 204 has none.
   */
  answer(status: number, lines: HeaderLines, json?: JsonText): void {
    this.tally?.count(this.method, status);
    this.send(status, lines, json);
  }

  protected send(status: number, lines: HeaderLines, json: JsonText | undefined): void {
    const headers = headersOf(this.head(lines, json));
    if (json) this.response.writeHead(status, headers).end(json.text, json.isAscii ? 'latin1' : 'utf8');
    else this.response.writeHead(status, headers).end();
  }

  /** The same for headers that are at hand one by one, and may be among those of every answer. */
  answerWith(status: number, headers: Readonly<Record<string, string>>, json: string): void {
    const others = Object.entries(headers).filter(([name]) => !(name in EVERY_ANSWER));
    this.answer(status, linesOf(Object.fromEntries(others)), jsonText(json));
  }

  /** Answers with the problem that an error is. */
  fail(error: unknown): void {
    const { response } = this;
    let status = 500;
    let headers: Readonly<Record<string, string>> = {};
    problems.answer(error, this, {
      sent: response.headersSent,
      raw: response,
      code: (code) => (status = code),
      headers: (all) => (headers = all),
      send: (body) => {
        this.answerWith(status, headers, body.toString());
      },
    });
  }

  /** What every answer says, and what this one does. */
  protected head(lines: HeaderLines, json: JsonText | undefined): HeaderLines {
    const head = `${EVERY_ANSWER_LINES}x-request-id: ${this.id}\r\n${lines}`;
    if (json === undefined) return head;
    return `${head}content-length: ${json.isAscii ? json.text.length : Buffer.byteLength(json.text)}\r\n`;
  }
}

const EVERY_ANSWER = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
const EVERY_ANSWER_LINES = linesOf(EVERY_ANSWER);

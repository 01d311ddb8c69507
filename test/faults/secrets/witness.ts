interface Request {
  /** Sent as JSON; or, as a text, byte for byte. */
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the person who asks. */
  readonly token?: string;
  /** The contract says that this answer shows a secret. */
  readonly shows?: true;
}

export interface Heard {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A client that keeps every answer, heads included, but those whose purpose it is to show a secret. */
export class Witness {
  readonly heard: string[] = [];

  constructor(public url: string) {}

  async call(method: string, path: string, { body, headers, token, shows }: Request = {}): Promise<Heard> {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const head = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
    if (!shows) this.heard.push(`${method} ${answer.status}\n${head}\n\n${text}\n`);
    const isJson = /json/.test(answer.headers.get('content-type') ?? '') && text !== '';
    return { status: answer.status, body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {} };
  }

  /** @throws Error when the product does something else than this run takes for granted. */
  async expect(status: number, method: string, path: string, request: Request = {}): Promise<Record<string, unknown>> {
    const answer = await this.call(method, path, request);
    if (answer.status === status) return answer.body;
    throw new Error(`${method} ${path.slice(0, 40)} answered ${answer.status} ${String(answer.body['code'])}`);
  }
}

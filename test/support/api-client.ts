/** An answer with its body already read. */
export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** Speaks JSON to one akm, as one person once signed in. */
export class ApiClient {
  constructor(
    public url: string,
    readonly token?: string,
  ) {}

  /** Makes a new account and signs in with it. */
  static async register(url: string, username: string): Promise<ApiClient> {
    const client = new ApiClient(url);
    const login = { email: `${username}@example.com`, password: 'Correct-Horse-Battery-9' };
    await client.expect(201, 'POST', '/api/v1/auth/register', { ...login, username });
    const { access_token: token } = await client.expect(200, 'POST', '/api/v1/auth/login', login);
    return new ApiClient(url, String(token));
  }

  async call(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  }

  /** @throws Error that quotes the answer when it has another status. */
  async expect(status: number, method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const answer = await this.call(method, path, body);
    if (answer.status === status) return answer.body;
    throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }

  /** Every item of a paged list. */
  async all<Item>(path: string, pageSize: number): Promise<Item[]> {
    const items: Item[] = [];
    for (let page = 1; ; page++) {
      const separator = path.includes('?') ? '&' : '?';
      const body = await this.expect(200, 'GET', `${path}${separator}page=${page}&page_size=${pageSize}`);
      items.push(...(body['items'] as Item[]));
      if (page >= Number(body['pages'])) return items;
    }
  }
}

/** What a page answered. */
export interface Shown {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where it sends the browser; empty: nowhere. */
  readonly location: string;
}

export type Fields = Readonly<Record<string, string | readonly string[]>>;

/** A browser without JavaScript: it keeps cookies, and sends forms as the page that it shows has them. */
export class Browser {
  readonly cookies = new Map<string, string>();
  private page: Shown | undefined;

  constructor(private readonly url: string) {}

  async get(path: string, headers: Record<string, string> = {}): Promise<Shown> {
    const shown = await this.ask('GET', path, headers);
    this.page = shown;
    return shown;
  }

  /** Sends a form with the hidden fields that the form of the page has which goes there, and does not follow. */
  async submit(path: string, fields: Fields = {}, headers: Record<string, string> = {}): Promise<Shown> {
    const all = { ...this.hiddenFields(path), ...fields };
    const body = new URLSearchParams(
      Object.entries(all).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
    );
    const own = { 'content-type': 'application/x-www-form-urlencoded', origin: this.url };
    return this.ask('POST', path, { ...own, ...headers }, body.toString());
  }

  /** The same, and shows the page that it is sent on to. */
  async submitAndFollow(path: string, fields: Fields = {}): Promise<Shown> {
    const { status, location, text } = await this.submit(path, fields);
    if (status !== 303) throw new Error(`${path} answered ${status}: ${text}`);
    return this.get(location);
  }

  async signIn({ email, password }: { email: string; password: string }): Promise<this> {
    await this.get('/login');
    await this.submitAndFollow('/login', { email, password });
    return this;
  }

  private hiddenFields(path: string): Record<string, string> {
    const forms = this.page?.text.match(/<form[^]*?<\/form>/g) ?? [];
    const form = forms.find((text) => attribute(text, 'action') === path) ?? forms[0] ?? '';
    const hidden = form.match(/<input type="hidden"[^>]*>/g) ?? [];
    return Object.fromEntries(hidden.map((input) => [attribute(input, 'name'), attribute(input, 'value')]));
  }

  private async ask(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Shown> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const sent = { accept: 'text/html', ...(cookie !== '' && { cookie }), ...headers };
    const answer = await fetch(this.url + path, { method, redirect: 'manual', headers: sent, ...(body && { body }) });
    for (const set of answer.headers.getSetCookie()) this.keep(set);
    const location = answer.headers.get('location') ?? '';
    return { status: answer.status, headers: answer.headers, text: await answer.text(), location };
  }

  private keep(set: string): void {
    const [pair = ''] = set.split(';');
    const [name = '', value = ''] = pair.split('=');
    if (/max-age=0/i.test(set)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

/** Of the first element of a text. */
function attribute(text: string, name: string): string {
  return plain(new RegExp(` ${name}="([^"]*)"`).exec(text)?.[1] ?? '');
}

/** Text as it is read, with its markup taken away. */
export function plain(html: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return html.replace(/<[^>]*>/g, ' ').replace(/&(amp|lt|gt|quot);/g, (_, name: string) => entities[name] ?? '');
}

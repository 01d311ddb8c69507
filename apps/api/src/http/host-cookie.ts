import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';

/**
 * A cookie that nobody but this host can set or get (`__Host-`, RFC 6265bis §4.1.3), that no script reads, and that is not
 * sent with what a page of another site submits. Browsers keep it over https and from this machine itself, and nowhere else.
 */
export class HostCookie {
  private readonly name: string;

  constructor(name: string) {
    this.name = `__Host-${name}`;
  }

  /** Undefined when the cookie was not sent, is not written as `set` writes it, or was sent twice. */
  read({ headers }: { readonly headers: Readonly<IncomingHttpHeaders> }): string | undefined {
    const found = (headers.cookie ?? '').split(';').flatMap((pair) => {
      const [name = '', value = ''] = pair.split('=', 2).map((part) => part.trim());
      return name === this.name && VALUE.test(value) ? value : [];
    });
    return found.length === 1 ? found[0] : undefined;
  }

  /**
   * @param value of the alphabet of base64url.
   * @param seconds how long the browser keeps it; absent: until it is closed.
   */
  set(reply: FastifyReply, value: string, seconds?: number): void {
    if (!VALUE.test(value)) throw new Error(`${this.name} can hold base64url only`);
    const age = seconds === undefined ? '' : `; Max-Age=${seconds}`;
    void reply.header('set-cookie', `${this.name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax${age}`);
  }

  clear(reply: FastifyReply): void {
    void reply.header('set-cookie', `${this.name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0`);
  }
}

const VALUE = /^[A-Za-z0-9_-]{1,2048}$/;

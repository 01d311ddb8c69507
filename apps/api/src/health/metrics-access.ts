import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { problem } from '#problems';
import { Config } from '../config/config.js';
import type { RequestOrigin } from '../http/request-origin.js';

/** What proxies say of themselves and of whom they speak for. */
const FORWARDED = /^(forwarded|via|x-real-ip|true-client-ip|x-forwarded-.*|cf-.*)$/;
/** What the machine calls itself. A page of any other name was resolved to it by somebody else's DNS. */
const OWN_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/**
 * Who may read the metrics: whoever shows a token of METRICS_TOKEN. Where there is none, whoever calls from the machine
 * itself, and not through a proxy on it: a proxy that passes everything on would otherwise show them to the world, and
 * a page in a browser on it to whoever wrote the page.
 */
@Injectable()
export class MetricsAccess {
  private readonly digests: readonly Buffer[];

  constructor(config: Config) {
    this.digests = config.metrics.tokens.map(digestOf);
  }

  /** @throws Problem UNAUTHENTICATED. */
  check(headers: IncomingHttpHeaders, { ip }: RequestOrigin): void {
    const mayRead = this.digests.length > 0 ? this.isToken(headers.authorization) : isFromHere(ip, headers);
    if (!mayRead) throw problem('UNAUTHENTICATED', { detail: HOW });
  }

  private isToken(authorization = ''): boolean {
    const shown = digestOf(/^bearer +(\S+)$/i.exec(authorization)?.[1] ?? '');
    return this.digests.some((digest) => timingSafeEqual(digest, shown));
  }
}

const HOW = 'Metrics are for who shows METRICS_TOKEN as a bearer token; where none is set, for the machine itself.';

function isFromHere(ip: string | null, headers: IncomingHttpHeaders): boolean {
  const isLoopback = ip !== null && (ip === '::1' || ip.startsWith('127.'));
  return isLoopback && OWN_HOST.test(headers.host ?? '') && !Object.keys(headers).some((name) => FORWARDED.test(name));
}

/** Digests are all of one length, which a comparison in constant time asks for. */
function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

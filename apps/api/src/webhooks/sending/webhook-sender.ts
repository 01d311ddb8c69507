import { type ClientRequest, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import type { LookupFunction } from 'node:net';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { hostOf } from './endpoint-url.js';
import { type HostAddress, HostNames } from './host-names.js';
import { isPublicAddress } from './public-address.js';
import { failureOf, type SendingFailure } from './sending-failure.js';

/** What came back, or why nothing did. */
export type SendingResult =
  | { readonly status: number; /** The field as it came. */ readonly retryAfter?: string | undefined }
  | { readonly failure: SendingFailure };

/** An answer is read so that its sender is not cut off in mid-sentence, but no further than this. */
const ANSWER_BYTES_MAX = 65_536;
const HEADER_BYTES_MAX = 16_384;

/**
 * Sends to addresses that strangers typed in. The name is resolved once, every address it has must be public, and the
 * connection goes to one of exactly these: what the name means a moment later no longer matters. Redirects are an
 * answer like any other, proxies of the environment are not asked, and no connection outlives its request.
 */
@Injectable()
export class WebhookSender {
  constructor(
    private readonly names: HostNames,
    private readonly config: Config,
  ) {}

  /** Never rejects. Everything together, from the name to the end of the answer, has `config.webhooks.timeoutMs`. */
  async post(url: URL, headers: Readonly<Record<string, string>>, body: string): Promise<SendingResult> {
    const deadline = AbortSignal.timeout(this.config.webhooks.timeoutMs);
    try {
      const addresses = await untilAborted(deadline, this.names.addressesOf(hostOf(url)));
      if (!this.mayReach(addresses)) return { failure: 'address_not_allowed' };
      return await exchange(url, headers, body, pinned(addresses), deadline);
    } catch (error) {
      return { failure: deadline.aborted ? 'timeout' : failureOf(error) };
    }
  }

  /** One local address among public ones is how rebinding looks: then none is good. */
  private mayReach(addresses: readonly HostAddress[]): boolean {
    if (addresses.length === 0) return false;
    return this.config.webhooks.allowPrivate || addresses.every(({ address }) => isPublicAddress(address));
  }
}

/** The head of the answer, once the answer has ended or as much of it as we read. */
function exchange(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  lookup: LookupFunction,
  signal: AbortSignal,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestTls : requestPlain;
    const request: ClientRequest = send(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      agent: false,
      maxHeaderSize: HEADER_BYTES_MAX,
      lookup,
      signal,
    });
    let answered: Answered | undefined;
    request.once('response', (answer) => {
      const told: Answered = { status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'] };
      answered = told;
      drain(answer, () => {
        request.destroy();
        resolve(told);
      });
    });
    // Once the status has been said, how the connection ends changes nothing.
    request.on('error', (error) => {
      if (answered === undefined) reject(error);
      else resolve(answered);
    });
    request.end(body);
  });
}

interface Answered {
  readonly status: number;
  readonly retryAfter?: string | undefined;
}

function drain(answer: IncomingMessage, done: () => void): void {
  let bytes = 0;
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) done();
  });
  answer.once('end', done);
  answer.once('error', done);
  answer.once('close', done);
}

/** Node asks for one address, or for all to race them. */
function pinned(addresses: readonly HostAddress[]): LookupFunction {
  return (_host, options, callback) => {
    const [first] = addresses;
    if (options.all) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family);
  };
}

/** A name server that does not answer cannot be cancelled, only left. */
function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('too late'));
    });
    work.then(resolve, reject);
  });
}

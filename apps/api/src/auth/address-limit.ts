import { Injectable } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import { Clock } from '#domain';
import { problem } from '#problems';
import { Config } from '../config/config.js';
import type { RequestOrigin } from '../http/request-origin.js';
import { BucketStore } from '../rate-limit/bucket-store.js';

const MINUTE_MS = 60_000;

/**
 * How often one address may try to sign in or register. The lock on an account stops many guesses at one password; this
 * stops one password tried on many accounts, and one machine from taking every place in the line for hashing.
 */
@Injectable()
export class AddressLimit {
  private refusals = 0;

  constructor(
    private readonly buckets: BucketStore,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** How many this instance has refused. */
  get refused(): number {
    return this.refusals;
  }

  /** @throws Problem TOO_MANY_REQUESTS with the whole seconds to wait. */
  async spend({ ip }: RequestOrigin): Promise<void> {
    const policy = { name: 'sign_in', capacity: this.config.auth.signInsPerMinute, periodMs: MINUTE_MS };
    const spent = await this.buckets.spend(`sign-ins from ${networkOf(ip)}`, [policy], 1, this.clock.now());
    if (spent.admitted) return;
    this.refusals += 1;
    const seconds = Math.ceil(spent.retryAfterMs / 1000);
    throw problem('TOO_MANY_REQUESTS', { headers: { 'retry-after': String(seconds) } });
  }
}

/** IPv6 is handed out by the /64: whoever has one address of it has all of them. */
function networkOf(ip: string | null): string {
  if (ip === null) return 'nowhere';
  const address = ipaddr.parse(ip);
  return address.kind() === 'ipv4' ? ip : address.toByteArray().slice(0, 8).join('.');
}

import { createHmac, hkdfSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import { Config } from '../config/config.js';

/** What is kept of an address when something is recorded. */
export type AddressPolicy = 'full' | 'truncated' | 'hashed';

/**
 * What is stored of somebody's address, by LOG_ADDRESSES. Whoever stores one asks here first; what was decided on the
 * whole address is decided by then.
 *
 * - `truncated` keeps the network: `203.0.113.0/24`, `2001:db8:1::/48`.
 * - `hashed` keeps an HMAC-SHA-256, cut to 128 bits, under a key that follows from MASTER_ENCRYPTION_KEY: the same
 *   address looks the same everywhere, and nobody without the key can try all there are.
 */
@Injectable()
export class KeptAddresses {
  readonly #policy: AddressPolicy;
  /** One for each master key, the current one first. */
  readonly #hashKeys: readonly Uint8Array[];

  constructor({ log, secrets }: Config) {
    this.#policy = log.addresses;
    this.#hashKeys = secrets.masterEncryption.map(hashKeyOf);
  }

  /** @param address canonical text. */
  keep(address: string | null): string | null {
    if (address === null || this.#policy === 'full') return address;
    return this.#policy === 'truncated' ? networkOf(address) : hashOf(address, this.#hashKeys[0]);
  }

  /** Everything that may stand for this address in what was stored under any policy and any master key we have. */
  formsOf(address: string): string[] {
    if (!ipaddr.isValid(address)) return [address];
    return [address, networkOf(address), ...this.#hashKeys.map((key) => hashOf(address, key))];
  }
}

/** Whether it is what `keep` makes of an address. */
export function isKeptForm(text: string): boolean {
  return HASH.test(text) || (ipaddr.isValidCIDR(text) && networkOf(text.replace(/\/.*$/, '')) === text);
}

const HASH_PREFIX = 'hmac-';
const HASH = /^hmac-[0-9a-f]{32}$/;
const HASH_DIGITS = 32;

function networkOf(address: string): string {
  const isV4 = ipaddr.IPv4.isValid(address);
  return isV4
    ? `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/24`).toString()}/24`
    : `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/48`).toString()}/48`;
}

function hashOf(address: string, key: Uint8Array | undefined): string {
  if (key === undefined) throw new Error('a configuration without a master key was accepted');
  return HASH_PREFIX + createHmac('sha256', key).update(address).digest('hex').slice(0, HASH_DIGITS);
}

function hashKeyOf(masterKey: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', masterKey, '', 'akm kept addresses', 32));
}

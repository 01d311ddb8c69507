import { isPublicAddress } from './public-address.js';

/** What targets the operator allows. */
export interface TargetRules {
  /** Loopback and private networks too. */
  readonly allowPrivate: boolean;
  readonly httpsOnly: boolean;
}

/**
 * Why a URL cannot be an endpoint, as the end of a sentence about the field; undefined when it can. Names are not
 * resolved here: what they mean is looked up, and judged, whenever something is sent.
 */
export function endpointUrlFault(text: string, rules: TargetRules): string | undefined {
  // The parser drops line breaks and tabs: what is shown would not be what is called.
  const url = UNSEEN.test(text) || !URL.canParse(text) ? undefined : new URL(text);
  if (!url || !SCHEMES.has(url.protocol)) return 'must be a URL that starts with https:// or http://';
  if (rules.httpsOnly && url.protocol !== 'https:') return 'must start with https://';
  if (url.username || url.password) return 'must not carry a user name or password';
  if (url.hash !== '') return 'must not have a fragment';
  if (!rules.allowPrivate && isLocal(url))
    return 'must not be a loopback, private, link-local or otherwise local address';
  return undefined;
}

const UNSEEN = /[\s\p{C}]/u;
const SCHEMES = new Set(['https:', 'http:']);

/** The host of a URL without the brackets of IPv6. Every spelling of an IPv4 address is `a.b.c.d` by now. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function isLocal(url: URL): boolean {
  const host = hostOf(url);
  const isAddress = host.includes(':') || /^[\d.]+$/.test(host);
  return isAddress ? !isPublicAddress(host) : /(^|\.)localhost\.?$/.test(host);
}

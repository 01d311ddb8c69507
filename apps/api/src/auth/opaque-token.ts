import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits in base64url. */
const PATTERN = /^[A-Za-z0-9_-]{43}$/;

/** A new token that continues a session: opaque to its holder, and to us no more than its digest. */
export function newOpaqueToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of such a token, or undefined for a text that cannot be one. */
export function opaqueTokenDigest(token: string): Buffer | undefined {
  return PATTERN.test(token) ? createHash('sha256').update(token).digest() : undefined;
}

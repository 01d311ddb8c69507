import { createHash, type Hash } from 'node:crypto';
import type { Principal } from '../access/principal.js';

/** By what a repetition of a request is recognised. */
export interface RequestIdentity {
  /** Of who asks, what for, and with which idempotency key: two callers never meet. */
  readonly digest: Buffer;
  /** The idempotency key: a secret of its client, in memory only. */
  readonly clientKey: string;
  /** The same for the same body, in whatever order its members come. */
  readonly fingerprint: string;
}

export function requestIdentity(
  caller: Principal | undefined,
  { method, endpoint }: { readonly method: string; readonly endpoint: string },
  clientKey: string,
  body: unknown,
): RequestIdentity {
  const digest = createHash('sha256');
  for (const part of [...whoOf(caller, body), method, endpoint, clientKey]) add(digest, part);
  return {
    digest: digest.digest(),
    clientKey,
    fingerprint: createHash('sha256').update(canonical(body)).digest('hex'),
  };
}

/** Of a caller who is known by nothing but the token in its body, the body: strangers never meet. */
function whoOf(caller: Principal | undefined, body: unknown): [kind: string, id: string] {
  if (!caller) return ['bearer', canonical(body)];
  return [caller.kind, caller.kind === 'key' ? caller.keyId : caller.userId];
}

/** With its length, so that what is at the end of one part cannot be taken for the start of the next. */
function add(digest: Hash, part: string): void {
  digest.update(`${Buffer.byteLength(part)}:${part}`);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === undefined) return 'nothing';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

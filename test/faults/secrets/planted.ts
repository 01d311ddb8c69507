import { randomBytes } from 'node:crypto';
import { type Secret } from './search.js';

/** Everything that must be found nowhere, as it is made or given away. */
export class Planted {
  readonly secrets: Secret[] = [];

  /** Notes a secret that the server made, or that is sent to it, and gives it back. */
  plant(kind: string, text: unknown): string {
    if (typeof text !== 'string' || text === '') throw new Error(`There is no ${kind} to plant`);
    this.secrets.push({ kind, bytes: Buffer.from(text) });
    return text;
  }

  /** The bytes behind a secret that is given as base64: they could be stored as they are. */
  plantDecoded(kind: string, base64: string): void {
    this.secrets.push({ kind, bytes: Buffer.from(base64, 'base64') });
  }

  /** The part of a token that makes it one: whoever it is about may be in a log. */
  plantSignature(kind: string, token: unknown): string {
    if (typeof token !== 'string') throw new Error(`There is no ${kind} to plant`);
    this.plant(kind, token.split('.')[2]);
    return token;
  }

  /** A secret nobody has seen: 40 characters with a capital, a digit and a sign, fit for a password or a header. */
  fresh(kind: string): string {
    return this.plant(kind, `P7-${randomBytes(28).toString('base64url').slice(0, 37)}`);
  }

  /** A key in the form of the reference system, that nobody has issued. */
  freshKey(kind: string): string {
    return this.plant(kind, `akm_${randomBytes(32).toString('base64url')}`);
  }

  /** How many of each kind. */
  get kinds(): Map<string, number> {
    const kinds = new Map<string, number>();
    for (const { kind } of this.secrets) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    return kinds;
  }
}

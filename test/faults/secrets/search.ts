import { formsOf } from './forms.js';

export interface Secret {
  /** What it is, for people to read: `password`, `rotated key`. */
  readonly kind: string;
  readonly bytes: Buffer;
}

export interface Finding {
  readonly secret: Secret;
  readonly form: string;
  /** Byte at which it begins. */
  readonly at: number;
}

interface Needle {
  readonly secret: Secret;
  readonly form: string;
  readonly bytes: Buffer;
}

/** Half of a secret is as good as found, and a shorter piece than this would be found by chance. */
const HALF_BYTES_MIN = 10;
/** Bytes by which a place to look closer is recognised. */
const KEY_BYTES = 4;

/**
 * Looks for all secrets in all forms at once: for each half of each secret, so that one which was cut off, or wrapped
 * into something else, is found all the same.
 */
export class Search {
  private readonly byStart = new Map<number, Needle[]>();
  /** Whether any needle begins with these three bytes: spares the map nearly always. */
  private readonly isStart = new Uint8Array(1 << 24);
  needles = 0;

  constructor(secrets: readonly Secret[]) {
    for (const secret of secrets) {
      for (const half of halvesOf(secret)) {
        for (const { name, bytes } of formsOf(half)) this.add({ secret, form: name, bytes });
      }
    }
  }

  /** The first finding of each secret in each form. */
  in(place: Buffer): Finding[] {
    const findings = new Map<string, Finding>();
    const last = place.length - KEY_BYTES;
    for (let at = 0; at <= last; at++) {
      if (this.isStart[place.readUIntBE(at, 3)] === 0) continue;
      for (const { secret, form, bytes } of this.byStart.get(place.readUInt32BE(at)) ?? []) {
        if (place.compare(bytes, 0, bytes.length, at, Math.min(at + bytes.length, place.length)) !== 0) continue;
        const cell = `${secret.kind} ${form} ${secret.bytes.toString('base64')}`;
        if (!findings.has(cell)) findings.set(cell, { secret, form, at });
      }
    }
    return [...findings.values()];
  }

  private add(needle: Needle): void {
    const start = needle.bytes.readUInt32BE(0);
    const others = this.byStart.get(start) ?? [];
    this.byStart.set(start, [...others, needle]);
    this.isStart[needle.bytes.readUIntBE(0, 3)] = 1;
    this.needles++;
  }
}

function halvesOf({ kind, bytes }: Secret): Buffer[] {
  const middle = Math.floor(bytes.length / 2);
  if (middle < HALF_BYTES_MIN) throw new Error(`A ${kind} of ${bytes.length} bytes is too short to be looked for`);
  return [bytes.subarray(0, middle), bytes.subarray(middle)];
}

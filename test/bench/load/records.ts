/** What the requests of a run differ in, in the order they are sent; begun anew at the end. All of one length. */
export interface Records {
  readonly bytes: Buffer;
  readonly length: number;
}

/** @throws RangeError for texts of different lengths. */
export function recordsOf(texts: readonly string[]): Records {
  const length = texts[0]?.length ?? 0;
  if (texts.some((text) => text.length !== length)) throw new RangeError('Records are of one length.');
  return { bytes: Buffer.from(texts.join(''), 'latin1'), length };
}

/** The records of `from` in another order, or some of them, or some of them often. */
export function drawn(from: Records, count: number, draw: (n: number) => number): Records {
  const bytes = Buffer.alloc(count * from.length);
  for (let n = 0; n < count; n++) {
    const at = draw(n) * from.length;
    from.bytes.copy(bytes, n * from.length, at, at + from.length);
  }
  return { bytes, length: from.length };
}

export function slice(from: Records, start: number, end: number): Records {
  return { bytes: from.bytes.subarray(start * from.length, end * from.length), length: from.length };
}

export function countOf({ bytes, length }: Records): number {
  return length === 0 ? 0 : bytes.length / length;
}

/** Always `size` records together as one, with `separator` between them. */
export function grouped(from: Records, size: number, separator: string): Records {
  const texts: string[] = [];
  for (let n = 0; n + size <= countOf(from); n += size) {
    texts.push(Array.from({ length: size }, (_, at) => textAt(from, n + at)).join(separator));
  }
  return recordsOf(texts);
}

export function textAt({ bytes, length }: Records, n: number): string {
  return bytes.toString('latin1', n * length, (n + 1) * length);
}

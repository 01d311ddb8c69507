/**
 * Events as they lie in a spool: JSON, one behind the other in one piece of memory, which is a JSON array of all of them.
 * Nobody cuts it up or parses it between the disk and the database.
 */
export class SpooledEvents implements Iterable<Buffer> {
  static readonly none = new SpooledEvents(Buffer.from('[]'), []);

  /** @param bounds where each event starts in `array`, and where it ends. */
  constructor(
    readonly array: Buffer,
    private readonly bounds: readonly number[],
  ) {}

  get count(): number {
    return this.bounds.length / 2;
  }

  startOf(n: number): number {
    return this.bounds[2 * n] ?? 0;
  }

  endOf(n: number): number {
    return this.bounds[2 * n + 1] ?? 0;
  }

  /** The JSON of each. */
  *[Symbol.iterator](): Generator<Buffer> {
    for (let n = 0; n < this.count; n++) yield this.array.subarray(this.startOf(n), this.endOf(n));
  }
}

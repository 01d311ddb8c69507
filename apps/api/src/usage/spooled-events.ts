/** Events as they lie in a spool: JSON, one behind the other in one piece of memory, which nobody cuts up. */
export class SpooledEvents implements Iterable<Buffer> {
  static readonly none = new SpooledEvents(Buffer.alloc(0), []);

  /** @param bounds where each event starts in `bytes`, and where it ends. */
  constructor(
    readonly bytes: Buffer,
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
    for (let n = 0; n < this.count; n++) yield this.bytes.subarray(this.startOf(n), this.endOf(n));
  }
}

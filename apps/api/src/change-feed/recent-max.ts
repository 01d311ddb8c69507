/** The largest of what was observed of late. Keeps only what may still become the largest. */
export class RecentMax {
  readonly #kept: { readonly value: number; readonly at: number }[] = [];

  /** @param forMs for how long something counts. */
  constructor(private readonly forMs: number) {}

  observe(value: number): void {
    while ((this.#kept.at(-1)?.value ?? Infinity) <= value) this.#kept.pop();
    this.#kept.push({ value, at: performance.now() });
    this.#forget();
  }

  /** 0 when nothing was observed of late. */
  get value(): number {
    this.#forget();
    return this.#kept[0]?.value ?? 0;
  }

  #forget(): void {
    while ((this.#kept[0]?.at ?? Infinity) <= performance.now() - this.forMs) this.#kept.shift();
  }
}

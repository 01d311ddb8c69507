const PAGE_BYTES = 65_536;
const CLASS_BITS = 5;
/** 16, 24, 32, 48, 64 … bytes: at most a third of a cell is empty. */
const sizeOf = (sizeClass: number) => (sizeClass % 2 === 0 ? 16 : 24) << (sizeClass >>> 1);
const SIZES = Array.from({ length: 2 ** CLASS_BITS }, (_, sizeClass) => sizeOf(sizeClass)).filter(
  (size) => size <= PAGE_BYTES,
);

/** The longest text that a slab takes. */
export const SLAB_TEXT_BYTES_MAX = SIZES.at(-1) ?? 0;

/**
 * Many short texts outside of the heap: a million strings would be a million objects for the garbage collector to visit.
 * Cells of a few sizes lie in pages; a cell that is given back is used again for the next text of its size, so nothing is
 * ever moved.
 */
export class TextSlab {
  private readonly shelves = SIZES.map((size) => new Shelf(size));
  private used = 0;

  /** In cells that hold a text. */
  get bytes(): number {
    return this.used;
  }

  /** @returns where to find it again. @throws {RangeError} for more bytes than SLAB_TEXT_BYTES_MAX. */
  put(text: Uint8Array): number {
    const sizeClass = SIZES.findIndex((size) => size >= text.length);
    const shelf = this.shelves[sizeClass];
    if (!shelf) throw new RangeError(`A text of ${text.length} bytes is too long for a slab`);
    this.used += shelf.size;
    return ((shelf.put(text) << CLASS_BITS) | sizeClass) >>> 0;
  }

  /** The text that was put there, of so many bytes. */
  read(place: number, length: number, encoding: 'latin1' | 'utf8'): string {
    return this.shelfOf(place).read(place >>> CLASS_BITS, length, encoding);
  }

  remove(place: number): void {
    const shelf = this.shelfOf(place);
    this.used -= shelf.size;
    shelf.free.push(place >>> CLASS_BITS);
  }

  private shelfOf(place: number): Shelf {
    const shelf = this.shelves[place & (2 ** CLASS_BITS - 1)];
    if (!shelf) throw new RangeError('There is no such place in the slab');
    return shelf;
  }
}

/** Cells of one size. */
class Shelf {
  readonly free: number[] = [];
  private readonly pages: Buffer[] = [];
  private readonly cellsPerPage: number;
  private cells = 0;

  constructor(readonly size: number) {
    this.cellsPerPage = Math.floor(PAGE_BYTES / size);
  }

  put(text: Uint8Array): number {
    const cell = this.free.pop() ?? this.cells++;
    this.pageOf(cell).set(text, (cell % this.cellsPerPage) * this.size);
    return cell;
  }

  read(cell: number, length: number, encoding: 'latin1' | 'utf8'): string {
    const at = (cell % this.cellsPerPage) * this.size;
    return this.pageOf(cell).toString(encoding, at, at + length);
  }

  private pageOf(cell: number): Buffer {
    const page = Math.floor(cell / this.cellsPerPage);
    return (this.pages[page] ??= Buffer.allocUnsafeSlow(PAGE_BYTES));
  }
}

import { HASH_BYTES } from './merkle-hash.js';
import { hashAt, TILE_WIDTH, type TileAddition, type TileAddress } from './merkle-tile.js';

/** A kept hash that is not the one that follows from the entries, and the places it stands for. */
export interface TileBreak extends TileAddress {
  readonly from: number;
  readonly to: number;
}

const BREAKS_MAX = 10_000;

/** Compares the kept tiles above the lowest level with what the entries amount to, one tile of each level at a time. */
export class UpperTiles {
  readonly #kept = new Map<number, { index: number; hashes: Buffer | null }>();
  readonly #breaks: TileBreak[] = [];

  keep({ level, index }: TileAddress, hashes: Buffer | null): void {
    this.#kept.set(level, { index, hashes });
  }

  /** @param computed of a level whose tile was kept; nothing is compared where none was. */
  compare({ level, index, offset, hashes: computed }: TileAddition): void {
    const kept = this.#kept.get(level);
    if (!kept) return;
    const span = TILE_WIDTH ** level;
    for (let at = 0; at < computed.length / HASH_BYTES; at += 1) {
      const hash = kept.index === index && kept.hashes ? hashAt(kept.hashes, offset + at) : null;
      const from = (index * TILE_WIDTH + offset + at) * span;
      if (!hash?.equals(hashAt(computed, at)) && this.#breaks.length < BREAKS_MAX)
        this.#breaks.push({ level, index, from, to: from + span });
    }
  }

  /** Whether the level above has the same hash of the whole tile that the leaf is in as the entries have. */
  confirms(leaf: number): boolean {
    const piece = leaf - (leaf % TILE_WIDTH);
    return this.#kept.has(1) && !this.#breaks.some(({ level, from }) => level === 1 && from === piece);
  }

  /** The one that says best where to look. */
  get lowestBreak(): TileBreak | undefined {
    return this.#breaks.reduce<TileBreak | undefined>(
      (lowest, other) =>
        lowest && (lowest.level < other.level || (lowest.level === other.level && lowest.from <= other.from))
          ? lowest
          : other,
      undefined,
    );
  }
}

import { openCheckpoint } from './checkpoint.js';
import { explain, inOrder, type LogFault, type Suspect, withTail } from './log-fault.js';
import { leafOf } from './log-leaf.js';
import { type LogPiece, type LogReport, type PlacedEntry, type SignedRanges, type SizedNote } from './log-piece.js';
import { EMPTY_FRONTIER, encodeFrontier, type Frontier, grow, rootOf } from './merkle-frontier.js';
import { HASH_BYTES, type MerkleHash } from './merkle-hash.js';
import { hashAt, TILE_WIDTH, type TileAddress } from './merkle-tile.js';
import { isRetired, openRetirement, type Retirement } from './retirement.js';
import { type NoteVerifier } from './signed-note.js';
import { UpperTiles } from './upper-tiles.js';

/** More are as bad, and nobody reads them. */
const SUSPECTS_MAX = 1_000;

/**
 * Reads a log from its first entry to its last, piece by piece, in memory that does not grow with it. Whatever keeps the
 * log feeds it: a database, a file.
 *
 *     for each piece: upper tiles that begin with it, then piece()
 *     then stray() for entries that claim no place, finish()
 *
 * It computes the tree from the entries themselves; what is kept of the tree says which entry is wrong, and signed
 * checkpoints say which of the two is to be believed.
 */
export class LogVerifier {
  #frontier: Frontier = EMPTY_FRONTIER;
  readonly #suspects: Suspect[] = [];
  readonly #faults: LogFault[] = [];
  readonly #upper = new UpperTiles();
  /** By their note; null for one that the log has not signed. One a day. */
  readonly #retirements = new Map<string, { readonly text: string; readonly opened: Retirement | null }>();
  #signedSize = 0;
  #firstContradiction: number | null = null;
  #counts = { entries: 0, redacted: 0, retired: 0, checkpoints: 0 };

  /**
   * @param size how many entries the log says that it has.
   * @param hashOf for whoever reads the same entries again and again, and knows the leaf of each.
   */
  constructor(
    private readonly size: number,
    private readonly verifier: NoteVerifier,
    private readonly hashOf: typeof leafOf = leafOf,
  ) {}

  /** How many places were read. */
  get position(): number {
    return this.#frontier.size;
  }

  /** A tile of level 1 or more, before the first piece under it. */
  upper(tile: TileAddress, hashes: Buffer | null): void {
    this.#upper.keep(tile, hashes);
  }

  /** The next piece. */
  piece({ hashes, entries, checkpoints, retirements }: LogPiece): void {
    const start = this.position;
    const end = Math.min(start + TILE_WIDTH, this.size);
    const retired = retirements.flatMap((signed) => this.#believed(signed, start) ?? []);
    const leaves = this.#leaves(start, end, hashes, entries, retired);
    let done = start;
    for (const { size, note } of checkpoints) {
      this.#grow(leaves.slice(done - start, size - start));
      done = size;
      this.#compare(size, note);
    }
    this.#grow(leaves.slice(done - start));
    if (hashes === null || hashes.length < (end - start) * HASH_BYTES)
      this.#tileFault({ level: 0, index: start / TILE_WIDTH }, start, end);
  }

  /** An entry that claims no place, or one where the log has none. */
  stray({ id }: { readonly id: string }): void {
    const detail = 'An entry that was never added claims no place in the log';
    this.#faults.push({ kind: 'inserted', leaf: this.size, to: this.size, id, detail });
  }

  /** A note from outside about more entries than there are. */
  beyond({ size, note }: SizedNote): void {
    if (!this.#rootIn(size, note)) return;
    const detail = `The log had ${size} entries when it was signed, and has ${this.size}`;
    this.#faults.push({ kind: 'rolled_back', leaf: this.size, to: size, id: null, detail });
  }

  /** @param kept the end of the tree as it is kept beside the log; undefined where nobody keeps it. */
  finish(kept?: Buffer): LogReport {
    const altered = explain(this.#suspects.filter((suspect) => !this.#isCleared(suspect)));
    const cleared = this.#suspects.filter((suspect) => this.#isCleared(suspect));
    for (const { leaf } of cleared) this.#tileFault(tileOf(leaf), leaf, leaf + 1);
    this.#faults.push(...withTail(altered, this.size));
    this.#explainContradiction(altered);
    if (this.#faults.length === 0 && kept && !kept.equals(encodeFrontier(this.#frontier))) {
      const detail = 'What the tree keeps of its end does not follow from the entries';
      this.#faults.push({ kind: 'tree_altered', leaf: this.size, to: this.size, id: null, detail });
    }
    return { size: this.size, signedSize: this.#signedSize, ...this.#counts, faults: inOrder(this.#faults) };
  }

  /** The hash of every place: of its entry as far as there is one, of the tree where it is gone. */
  #leaves(
    start: number,
    end: number,
    hashes: Buffer | null,
    entries: readonly PlacedEntry[],
    retirements: readonly Retirement[],
  ): MerkleHash[] {
    const leaves: MerkleHash[] = [];
    let at = 0;
    for (let leaf = start; leaf < end; leaf += 1) {
      const kept = hashes && hashes.length >= (leaf - start + 1) * HASH_BYTES ? hashAt(hashes, leaf - start) : null;
      const from = at;
      while (entries[at]?.leaf === leaf) at += 1;
      leaves.push(this.#leaf(leaf, kept, entries.slice(from, at), retirements));
    }
    return leaves;
  }

  #leaf(
    leaf: number,
    kept: MerkleHash | null,
    entries: readonly PlacedEntry[],
    retirements: readonly Retirement[],
  ): MerkleHash {
    if (entries.length === 0) return this.#vacant(leaf, kept, retirements);
    const hashed = entries.map((placed) => ({ placed, hash: this.hashOf(placed) }));
    const right = kept && hashed.find(({ hash }) => hash?.equals(kept));
    if (right) this.#count(right.placed);
    for (const [at, { placed, hash }] of hashed.entries()) {
      if (placed === right?.placed) continue;
      const isExtra = right ? true : at > 0;
      if (kept === null && hash && !isExtra) this.#count(placed);
      else
        this.#suspect({
          leaf,
          to: leaf + 1,
          id: placed.entry.id,
          found: hex(hash ?? NOTHING),
          wanted: hex(kept),
          isExtra,
        });
    }
    return right?.hash ?? hashed[0]?.hash ?? NOTHING;
  }

  #vacant(leaf: number, kept: MerkleHash | null, retirements: readonly Retirement[]): MerkleHash {
    const isOver = retirements.some((retirement) => isRetired(retirement, leaf));
    if (isOver) this.#counts.retired += 1;
    else this.#suspect({ leaf, to: leaf + 1, id: null, found: null, wanted: hex(kept), isExtra: false });
    return kept ?? NOTHING;
  }

  #count({ commitment }: PlacedEntry): void {
    this.#counts.entries += 1;
    if (commitment !== null) this.#counts.redacted += 1;
  }

  #suspect(suspect: Suspect): void {
    const last = this.#suspects.at(-1);
    const goesOn = suspect.found === null && last?.found === null && last.to === suspect.leaf;
    if (goesOn) this.#suspects[this.#suspects.length - 1] = { ...last, to: suspect.to };
    else if (this.#suspects.length < SUSPECTS_MAX) this.#suspects.push(suspect);
  }

  #grow(leaves: readonly MerkleHash[]): void {
    const { frontier, tiles } = grow(this.#frontier, Buffer.concat(leaves));
    this.#frontier = frontier;
    for (const tile of tiles) if (tile.level > 0) this.#upper.compare(tile);
  }

  #compare(size: number, note: string): void {
    const root = this.#rootIn(size, note);
    if (!root) return;
    this.#counts.checkpoints += 1;
    if (root.equals(rootOf(this.#frontier))) this.#signedSize = size;
    else this.#firstContradiction ??= size;
  }

  /** What the log has signed for that size; undefined, and a fault, when it has not. */
  #rootIn(size: number, note: string): MerkleHash | undefined {
    const opened = openCheckpoint(note, this.verifier);
    if (opened.kind === 'verified' && opened.checkpoint.size === size) return opened.checkpoint.root;
    const detail = `The checkpoint of size ${size} was not signed by this log`;
    this.#faults.push({ kind: 'bad_signature', leaf: size, to: size, id: null, detail });
    return undefined;
  }

  #tileFault({ level, index }: TileAddress, from: number, to: number): void {
    const detail = `The tile ${index} of level ${level} does not hold the hashes of the log`;
    this.#faults.push({ kind: 'tile_altered', leaf: from, to, id: null, detail });
  }

  /** Whether a checkpoint, or the levels above, say that the entry is right and the tile is not. */
  #isCleared({ leaf, found, isExtra }: Suspect): boolean {
    if (found === null || isExtra) return false;
    if (leaf < this.#signedSize) return true;
    return leaf < this.position - (this.position % TILE_WIDTH) && this.#upper.confirms(leaf);
  }

  #believed({ text, note }: SignedRanges, start: number): Retirement | null {
    const known = this.#retirements.get(note);
    if (known?.text === text) return known.opened;
    const opened = openRetirement(text, note, this.verifier) ?? null;
    this.#retirements.set(note, { text, opened });
    const detail = 'What is said of entries whose time was over was not signed by this log';
    if (opened === null) this.#faults.push({ kind: 'retirement_altered', leaf: start, to: start, id: null, detail });
    return opened;
  }

  /** A checkpoint that does not fit, when no single entry is known to be wrong before it: says where to look. */
  #explainContradiction(altered: readonly LogFault[]): void {
    const upper = this.#upper.lowestBreak;
    const size = this.#firstContradiction;
    if (size === null) {
      const isExplained = this.#suspects.some(({ found, isExtra }) => found !== null && !isExtra);
      if (upper && (!isExplained || upper.to <= this.#signedSize)) this.#tileFault(upper, upper.from, upper.to);
      return;
    }
    if (altered.some(({ leaf }) => leaf < size)) return;
    const isNarrow = upper !== undefined && upper.from < size && upper.to > this.#signedSize;
    const [from, to] = isNarrow ? [upper.from, Math.min(upper.to, size)] : [this.#signedSize, size];
    const kind = isNarrow ? 'altered' : 'rewritten';
    const detail = `One of the entries from place ${from} to ${to - 1} is not what was signed, and neither is the tree`;
    this.#faults.push({ kind, leaf: from, to, id: null, detail });
  }
}

const NOTHING = Buffer.alloc(HASH_BYTES);

function hex(hash: Buffer | null): string | null {
  return hash && hash.toString('hex');
}

function tileOf(leaf: number): TileAddress {
  return { level: 0, index: Math.floor(leaf / TILE_WIDTH) };
}

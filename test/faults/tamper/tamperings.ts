import type { LogFaultKind, LoggedEntry, PlacedEntry } from '#domain';
import { type MemoryLog, someEntry } from '../../support/memory-log.js';

/** What has to be found after a tampering: the first fault is of one of these kinds and begins there. */
export interface Expected {
  readonly kinds: readonly LogFaultKind[];
  /** From the first to the last place that the first fault may begin at; mostly one. */
  readonly from: number;
  readonly to: number;
}

/** Chance, and earlier states of the log for who rolls it back. */
export interface Means {
  readonly random: () => number;
  readonly earlier: readonly MemoryLog[];
  /** Places whose entries left in time. */
  readonly isRetired: (leaf: number) => boolean;
}

type Tampering = (log: MemoryLog, means: Means) => Expected;

/** Changes the log in place, which shares nothing that is changed with another log, and says what must be found. */
export const TAMPERINGS: Readonly<Record<string, Tampering>> = {
  'a column is edited': (log, means) => {
    const at = pick(log.entries, means);
    const placed = log.entries[at] as PlacedEntry;
    log.entries[at] = edited(placed, means);
    return exactly(['altered'], placed.leaf);
  },
  'a row is deleted': (log, means) => {
    const [removed] = log.entries.splice(pick(log.entries, means), 1);
    return exactly(['missing', 'truncated'], removed?.leaf ?? 0);
  },
  'many rows are deleted': (log, means) => {
    const at = pick(log.entries, means);
    const [removed] = log.entries.splice(at, 1 + below(1_000, means));
    return exactly(['missing', 'truncated'], removed?.leaf ?? 0);
  },
  'a row is inserted': (log, means) => {
    const leaf = below(log.size + 10, means) - 5;
    log.entries.push({ ...newEntry(means), leaf });
    const at = leaf < 0 || leaf >= log.size ? log.size : leaf;
    return exactly(means.isRetired(at) ? ['altered'] : ['inserted'], at);
  },
  'two rows change places': (log, means) => {
    const [one, other] = [pick(log.entries, means), pick(log.entries, means)];
    const [a, b] = [log.entries[one] as PlacedEntry, log.entries[other] as PlacedEntry];
    if (one === other) return TAMPERINGS['a row is deleted']?.(log, means) ?? exactly([], 0);
    log.entries[one] = { ...a, leaf: b.leaf };
    log.entries[other] = { ...b, leaf: a.leaf };
    return exactly(['reordered'], Math.min(a.leaf, b.leaf));
  },
  'a row is given another place': (log, means) => {
    const at = pick(log.entries, means);
    const placed = log.entries[at] as PlacedEntry;
    const leaf = below(log.size, means);
    if (leaf === placed.leaf) return TAMPERINGS['a row is deleted']?.(log, means) ?? exactly([], 0);
    log.entries[at] = { ...placed, leaf };
    return exactly(['reordered', 'missing', 'truncated'], Math.min(leaf, placed.leaf));
  },
  'the tail is cut off': (log, means) => {
    const at = pick(log.entries, means);
    const [removed] = log.entries.splice(at);
    return exactly(['truncated', 'missing'], removed?.leaf ?? 0);
  },
  'the database is rolled back': (log, means) => {
    const former = means.earlier[below(means.earlier.length, means)] as MemoryLog;
    Object.assign(log, copyOf(former));
    return exactly(['rolled_back'], former.size);
  },
  'a tile is edited': (log, means) => {
    const [name = '', hashes = Buffer.alloc(0)] = [...log.tiles][below(log.tiles.size, means)] ?? [];
    const changed = Buffer.from(hashes);
    const at = below(changed.length, means);
    changed[at] = (changed[at] ?? 0) ^ (1 << below(8, means));
    log.tiles.set(name, changed);
    return tileFault(name, Math.floor(at / 32), means);
  },
  'a tile is deleted': (log, means) => {
    const [name = ''] = [...log.tiles][below(log.tiles.size, means)] ?? [];
    log.tiles.delete(name);
    const [level = 0, index = 0] = name.split('/').map(Number);
    return { kinds: ['tile_altered', 'altered', 'rewritten'], ...point(index * 256 ** (level + 1)) };
  },
  'a checkpoint is edited': (log, means) => {
    const at = below(log.checkpoints.length, means);
    const { size, note } = log.checkpoints[at] as { size: number; note: string };
    const place = below(note.length - 1, means);
    const character = note[place] === 'A' ? 'B' : 'A';
    log.checkpoints[at] = { size, note: note.slice(0, place) + character + note.slice(place + 1) };
    return exactly(['bad_signature'], size);
  },
  'a checkpoint is put in place of another': (log, means) => {
    const at = 1 + below(log.checkpoints.length - 1, means);
    const { size } = log.checkpoints[at] as { size: number };
    log.checkpoints[at] = { size, note: log.checkpoints[at - 1]?.note ?? '' };
    return exactly(['bad_signature'], size);
  },
  'a retirement is stretched over a row that is deleted': (log, means) => {
    const at = pick(log.entries, means);
    const [removed] = log.entries.splice(at, 1);
    const [retired] = log.retirements;
    const leaf = removed?.leaf ?? 0;
    log.retirements = [{ note: retired?.note ?? '', text: `{[${leaf},${leaf + 1}),${retired?.text.slice(1) ?? ''}` }];
    return { kinds: ['retirement_altered', 'missing'], from: 0, to: leaf };
  },
  'what the tree keeps of its end is edited': (log, means) => {
    log.frontier = Buffer.from(log.frontier);
    const at = below(log.frontier.length, means);
    log.frontier[at] = (log.frontier[at] ?? 0) ^ 1;
    return exactly(['tree_altered'], log.size);
  },
  'the size of the tree is raised': (log, means) => {
    const { size } = log;
    log.size += 1 + below(1_000, means);
    return { kinds: ['truncated', 'tile_altered'], from: size - (size % 256), to: size };
  },
  'the size of the tree is lowered': (log, means) => {
    log.size -= 1 + below(1_000, means);
    return exactly(['inserted', 'rolled_back'], log.size);
  },
};

/** A log of its own: rows and buffers are shared, as nobody changes them. */
export function copyOf(log: MemoryLog): MemoryLog {
  return {
    ...log,
    entries: [...log.entries],
    tiles: new Map(log.tiles),
    checkpoints: [...log.checkpoints],
    retirements: [...log.retirements],
  };
}

function edited(placed: PlacedEntry, means: Means): PlacedEntry {
  const names = [...Object.keys(placed.entry).filter((name) => name !== 'kind'), 'salt', 'commitment'];
  const name = names[below(names.length, means)] ?? 'id';
  if (name === 'commitment') return { ...placed, commitment: Buffer.alloc(32, 1) };
  if (name === 'salt') return { ...placed, salt: Buffer.alloc(16, below(256, means)) };
  const value = placed.entry[name as keyof LoggedEntry] as unknown;
  return { ...placed, entry: { ...placed.entry, [name]: another(value, means) } };
}

function another(value: unknown, means: Means): unknown {
  if (typeof value === 'number') return value + (below(2, means) === 0 ? 1 : -0.001);
  if (typeof value === 'string') return below(4, means) === 0 ? null : `${value}${below(10, means)}`;
  return value === null ? `${below(10, means)}` : { other: below(1_000, means) };
}

function newEntry(means: Means): Omit<PlacedEntry, 'leaf'> {
  return { entry: someEntry(1_000_000 + below(1_000_000, means)), salt: Buffer.alloc(16, 3), commitment: null };
}

function tileFault(name: string, at: number, means: Means): Expected {
  const [level = 0, index = 0] = name.split('/').map(Number);
  const leaf = (index * 256 + at) * 256 ** level;
  // Where an entry left in time, its hash in the tile is all there is of it: then the tile as a whole is wrong.
  if (level === 0 && means.isRetired(leaf))
    return { kinds: ['altered', 'rewritten', 'tile_altered'], from: leaf - (leaf % 256), to: leaf };
  return exactly(['tile_altered'], leaf);
}

function pick(entries: readonly unknown[], means: Means): number {
  return below(entries.length, means);
}

function below(count: number, { random }: Pick<Means, 'random'>): number {
  return Math.floor(random() * count);
}

function exactly(kinds: readonly LogFaultKind[], leaf: number): Expected {
  return { kinds, ...point(leaf) };
}

function point(leaf: number): { from: number; to: number } {
  return { from: leaf, to: leaf };
}

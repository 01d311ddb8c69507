import { randomBytes } from 'node:crypto';
import {
  commitmentOf,
  EMPTY_FRONTIER,
  encodeEntry,
  encodeFrontier,
  type Frontier,
  grow,
  leafOf,
  type LoggedEntry,
  type LogReport,
  LogVerifier,
  noteSigner,
  type NoteSigner,
  type PlacedEntry,
  rootOf,
  signCheckpoint,
  type SignedRanges,
  type SizedNote,
  TILE_WIDTH,
  upperTilesAt,
} from '#domain';

/** A log as a database keeps it: all of it can be changed by whoever can write there. */
export interface MemoryLog {
  size: number;
  /** The end of the tree. */
  frontier: Buffer;
  entries: PlacedEntry[];
  /** By level and index: `1/0`. */
  tiles: Map<string, Buffer>;
  checkpoints: SizedNote[];
  retirements: SignedRanges[];
}

/** Adds entries the way the product does, and signs checkpoints. */
export class LogWriter {
  readonly signer: NoteSigner;
  readonly log: MemoryLog;
  private frontier: Frontier = EMPTY_FRONTIER;

  constructor(private readonly random: (size: number) => Buffer = randomBytes) {
    this.signer = noteSigner('akm/test', random(32));
    this.log = { size: 0, frontier: Buffer.alloc(0), entries: [], tiles: new Map(), checkpoints: [], retirements: [] };
  }

  add(entries: readonly LoggedEntry[]): this {
    const { log } = this;
    const placed = entries.map((entry, at) => ({
      entry,
      salt: this.random(16),
      commitment: null,
      leaf: log.size + at,
    }));
    const { frontier, tiles } = grow(
      this.frontier,
      Buffer.concat(placed.map((each) => leafOf(each) ?? Buffer.alloc(0))),
    );
    for (const { level, index, hashes } of tiles) {
      const before = log.tiles.get(`${level}/${index}`) ?? Buffer.alloc(0);
      log.tiles.set(`${level}/${index}`, Buffer.concat([before, hashes]));
    }
    this.frontier = frontier;
    log.entries.push(...placed);
    log.size = frontier.size;
    log.frontier = encodeFrontier(frontier);
    return this;
  }

  /** Signs what is there, as a note that the log keeps too. */
  sign(): SizedNote {
    const note = signCheckpoint(this.log.size, rootOf(this.frontier), this.signer);
    const checkpoint = { size: this.log.size, note };
    this.log.checkpoints.push(checkpoint);
    return checkpoint;
  }
}

/** The entry without what it says of a person, as it is kept after a redaction. */
export function redacted(placed: PlacedEntry): PlacedEntry {
  const { entry, salt } = placed;
  if (salt === null) return placed;
  const commitment = commitmentOf(encodeEntry(entry).personal, salt);
  const impersonal = { ip: null, userAgent: null };
  if (entry.kind === 'use') return { ...placed, entry: { ...entry, ...impersonal }, salt: null, commitment };
  return { ...placed, entry: { ...entry, ...impersonal, errorMessage: null, metadata: null }, salt: null, commitment };
}

/** Reads a log through the verifier of the product. `outside` are the notes that somebody else has kept. */
export function readLog(
  log: MemoryLog,
  { verifier: by }: NoteSigner,
  outside: readonly SizedNote[] = [],
  hashOf = leafOf,
): LogReport {
  const { size, tiles, retirements } = log;
  const verifier = new LogVerifier(size, by, hashOf);
  const entries = [...log.entries].sort((a, b) => a.leaf - b.leaf);
  const notes = [...log.checkpoints, ...outside].sort((a, b) => a.size - b.size);
  let at = entries.findIndex(({ leaf }) => leaf >= 0);
  for (const stray of entries.slice(0, Math.max(at, 0))) verifier.stray(stray.entry);
  let noted = 0;
  for (let start = 0; start < size; start += TILE_WIDTH) {
    const end = Math.min(start + TILE_WIDTH, size);
    for (const tile of upperTilesAt(start, size))
      verifier.upper(tile, tiles.get(`${tile.level}/${tile.index}`) ?? null);
    const [first, firstNote] = [at, noted];
    while ((entries[at]?.leaf ?? size) < end) at += 1;
    while ((notes[noted]?.size ?? Infinity) <= end) noted += 1;
    verifier.piece({
      hashes: tiles.get(`0/${start / TILE_WIDTH}`)?.subarray(0, (end - start) * 32) ?? null,
      entries: entries.slice(first, at),
      checkpoints: notes.slice(firstNote, noted),
      retirements,
    });
  }
  for (const stray of entries.slice(Math.max(at, 0))) verifier.stray(stray.entry);
  for (const note of notes.slice(noted)) verifier.beyond(note);
  return verifier.finish(log.frontier);
}

/** Some use or change, the same for the same number. */
export function someEntry(number: number): LoggedEntry {
  const id = `01930000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
  const at = Date.UTC(2026, 0, 1) + number * 100;
  const shared = {
    id,
    at,
    keyId: id.replace('7000', '7001'),
    ip: `203.0.113.${number % 256}`,
    userAgent: 'curl/8.5.0',
  };
  const asked = { requestId: id.replace('7000', '7002'), method: 'GET', endpoint: '/protected/test' };
  if (number % 10 === 0) {
    const [action, userId, metadata] = ['api_key_updated', id.replace('7000', '7003'), { name: [`n${number}`, 'new'] }];
    const said = { statusCode: 200, responseTimeMs: null, errorMessage: null, metadata };
    return { kind: 'change', ...shared, ...asked, action, userId, ...said };
  }
  const [secretId, ownerId] = [id.replace('7000', '7004'), id.replace('7000', '7005')];
  return { kind: 'use', ...shared, ...asked, secretId, ownerId, outcome: 'VALID', latencyUs: 40 + (number % 7) };
}

import { LogWriter, type MemoryLog, readLog, redacted, someEntry } from '../../../test/support/memory-log.js';
import { type PlacedEntry } from './log-piece.js';
import { signRetirement } from './retirement.js';
import { noteSigner } from './signed-note.js';

const SIZE = 1_000;

/** A log of four tiles, signed half way and at its end. */
function written(): LogWriter {
  const entries = Array.from({ length: SIZE }, (_, at) => someEntry(at));
  const writer = new LogWriter().add(entries.slice(0, 1)).add(entries.slice(1, 500));
  writer.sign();
  writer.add(entries.slice(500));
  writer.sign();
  return writer;
}

/** What is found after `tamper`; the last checkpoint is kept outside too. */
function found(tamper: (log: MemoryLog) => void) {
  const { log, signer } = written();
  const outside = log.checkpoints.slice(-1);
  tamper(log);
  return readLog(log, signer, outside);
}

function first(tamper: (log: MemoryLog) => void) {
  const [fault] = found(tamper).faults;
  return fault && { kind: fault.kind, leaf: fault.leaf, id: fault.id };
}

const idOf = (number: number) => someEntry(number).id;
const change = (log: MemoryLog, at: number, different: Partial<PlacedEntry>) => {
  log.entries[at] = { ...(log.entries[at] as PlacedEntry), ...different };
};
const flip = (bytes: Buffer | undefined, at: number) => {
  if (bytes) bytes[at] = (bytes[at] ?? 0) ^ 1;
};

describe('a log that nobody has touched', () => {
  it('is found right, and vouched for by its last checkpoint', () => {
    expect(found(() => undefined)).toEqual({
      size: SIZE,
      signedSize: SIZE,
      entries: SIZE,
      redacted: 0,
      retired: 0,
      checkpoints: 3,
      faults: [],
    });
  });

  it('may have more entries than were signed', () => {
    const writer = written().add([someEntry(1_000), someEntry(1_001)]);
    expect(readLog(writer.log, writer.signer)).toMatchObject({ size: 1_002, signedSize: SIZE, faults: [] });
  });

  it('may have none', () => {
    const { log, signer } = new LogWriter();
    expect(readLog(log, signer)).toMatchObject({ size: 0, entries: 0, faults: [] });
  });

  it('is right after a person was taken out of it', () => {
    const report = found((log) => {
      log.entries = log.entries.map((entry) => (entry.leaf % 3 === 0 ? redacted(entry) : entry));
    });
    expect(report).toMatchObject({ redacted: 334, faults: [] });
  });
});

describe('a tampered log', () => {
  it.each([0, 255, 256, 499, 500, 767, 768, 999])('names the entry that was altered, at %i', (at) => {
    const tamper = (log: MemoryLog) => {
      change(log, at, { entry: { ...someEntry(at), ip: '192.0.2.1' } });
    };
    expect(first(tamper)).toEqual({ kind: 'altered', leaf: at, id: idOf(at) });
  });

  it.each([0, 255, 256, 700])('names the place of the entry that is missing, at %i', (at) => {
    expect(first((log) => log.entries.splice(at, 1))).toEqual({ kind: 'missing', leaf: at, id: null });
  });

  it.each([
    ['at a place that is taken', 300, 300],
    ['behind the end', SIZE, SIZE],
    ['before the beginning', -1, SIZE],
  ])('names the entry that was inserted %s', (_, leaf, at) => {
    const tamper = (log: MemoryLog) => {
      log.entries.push({ entry: someEntry(5_000), salt: Buffer.alloc(16), commitment: null, leaf });
    };
    expect(first(tamper)).toEqual({ kind: 'inserted', leaf: at, id: idOf(5_000) });
  });

  it.each([
    [10, 11],
    [10, 900],
  ])('names entries that changed places, %i and %i', (one, other) => {
    const report = found((log) => {
      change(log, one, { leaf: other });
      change(log, other, { leaf: one });
    });
    expect(report.faults.map(({ kind, leaf, id }) => ({ kind, leaf, id }))).toEqual([
      { kind: 'reordered', leaf: one, id: idOf(other) },
      { kind: 'reordered', leaf: other, id: idOf(one) },
    ]);
  });

  it.each([1, 999, 600])('says where it was cut off, at %i', (at) => {
    expect(first((log) => (log.entries = log.entries.slice(0, at)))).toEqual({ kind: 'truncated', leaf: at, id: null });
  });

  it('says that it was rolled back when all of it is as it once was', () => {
    const { log, signer } = written();
    const later = log.checkpoints.slice(-1);
    const former = new LogWriter().add(log.entries.slice(0, 600).map(({ entry }) => entry));
    expect(readLog(former.log, signer, later).faults[0]).toMatchObject({ kind: 'rolled_back', leaf: 600, to: SIZE });
  });

  it('says between which checkpoints it was written anew, tree and all', () => {
    const { log, signer } = written();
    const forged = new LogWriter();
    forged.add(log.entries.map(({ entry }, at) => (at === 700 ? { ...entry, endpoint: '/forged' } : entry)));
    for (const [at, { salt }] of log.entries.entries()) change(forged.log, at, { salt });
    const [half, whole] = log.checkpoints;
    forged.log.tiles = rebuilt(forged.log.entries).tiles;
    forged.log.frontier = rebuilt(forged.log.entries).frontier;
    forged.log.checkpoints = half ? [half] : [];
    expect(readLog(forged.log, signer, whole ? [whole] : []).faults).toMatchObject([
      { kind: 'rewritten', leaf: 500, to: SIZE },
    ]);
  });

  it('says in which tile an entry was altered whose hash was altered with it', () => {
    const tamper = (log: MemoryLog) => {
      change(log, 300, { entry: { ...someEntry(300), endpoint: '/forged' } });
      const { tiles } = rebuilt(log.entries);
      log.tiles.set('0/1', tiles.get('0/1') ?? Buffer.alloc(0));
    };
    expect(found(tamper).faults).toMatchObject([{ kind: 'altered', leaf: 256, to: 500 }]);
  });

  it.each([
    ['0/0', 0],
    ['0/3', 768],
    ['1/0', 0],
  ])('blames the tile %s and no entry when its hashes were altered', (tile, leaf) => {
    const report = found((log) => {
      flip(log.tiles.get(tile), 5);
    });
    expect(report.faults).toMatchObject([{ kind: 'tile_altered', leaf }]);
    expect(found((log) => log.tiles.delete(tile)).faults).toMatchObject([{ kind: 'tile_altered', leaf }]);
  });

  it('does not believe a checkpoint that somebody else has signed, or nobody', () => {
    const other = new LogWriter().add([someEntry(1)]);
    expect(first((log) => log.checkpoints.unshift(other.sign()))).toMatchObject({ kind: 'bad_signature', leaf: 1 });
    const changed = (log: MemoryLog) => {
      log.checkpoints = log.checkpoints.map(({ size, note }) => ({ size, note: note.replace('\n500\n', '\n501\n') }));
    };
    expect(first(changed)).toMatchObject({ kind: 'bad_signature', leaf: 500 });
    const { log } = written();
    expect(readLog(log, noteSigner('akm/test', Buffer.alloc(32))).faults[0]).toMatchObject({ kind: 'bad_signature' });
  });

  it('says that what the tree keeps of its end was altered', () => {
    const tamper = (log: MemoryLog) => {
      flip(log.frontier, 0);
    };
    expect(first(tamper)).toMatchObject({ kind: 'tree_altered' });
  });

  it('names the first of many that are wrong', () => {
    const tamper = (log: MemoryLog) => {
      for (const at of [900, 320, 420]) change(log, at, { salt: Buffer.alloc(16, 1) });
      log.entries.splice(310, 3);
    };
    expect(first(tamper)).toMatchObject({ kind: 'missing', leaf: 310 });
    expect(found(tamper).faults.map(({ leaf }) => leaf)).toEqual([310, 320, 420, 900]);
  });
});

describe('entries whose time was over', () => {
  const RANGES = '{[3,300),[301,400)}';
  const isOver = ({ leaf }: PlacedEntry) => (leaf >= 3 && leaf < 300) || (leaf >= 301 && leaf < 400);

  /** The log lets go of them, and signs that it did. */
  function retired(signed = RANGES): LogWriter {
    const writer = written();
    writer.log.entries = writer.log.entries.filter((placed) => !isOver(placed));
    writer.log.retirements = [{ text: RANGES, note: signRetirement(signed, writer.signer) }];
    return writer;
  }

  it('are not missed', () => {
    const { log, signer } = retired();
    expect(readLog(log, signer)).toMatchObject({ retired: 396, entries: 604, faults: [] });
  });

  it('are missed when the log has not signed that they left, or has signed something else', () => {
    const { log, signer } = retired('{[3,299)}');
    const faults = readLog(log, signer).faults;
    expect(faults.map(({ kind, leaf }) => [kind, leaf])).toEqual([
      ['retirement_altered', 0],
      ['missing', 3],
      ['missing', 301],
    ]);
    log.retirements = [];
    expect(readLog(log, signer).faults[0]).toMatchObject({ kind: 'missing', leaf: 3, to: 300 });
    log.retirements = [{ text: RANGES, note: log.checkpoints[0]?.note ?? '' }];
    expect(readLog(log, signer).faults[0]).toMatchObject({ kind: 'retirement_altered' });
  });

  it('do not cover for one that went with them', () => {
    const { log, signer } = retired();
    log.entries = log.entries.filter(({ leaf }) => leaf !== 300);
    expect(readLog(log, signer).faults).toMatchObject([{ kind: 'missing', leaf: 300 }]);
  });
});

/** The tree over entries as they are. */
function rebuilt(entries: readonly PlacedEntry[]): MemoryLog {
  const salts = entries.map(({ salt }) => salt ?? Buffer.alloc(16));
  let next = -1;
  // The first bytes asked for are those of the signer.
  const writer = new LogWriter(() => (next < 0 ? (next++, Buffer.alloc(32)) : (salts[next++] ?? Buffer.alloc(16))));
  return writer.add(entries.map(({ entry }) => entry)).log;
}

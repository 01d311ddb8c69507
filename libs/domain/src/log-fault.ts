/** What can be wrong with a log. */
export type LogFaultKind =
  /** An entry does not say what it said when it was added. */
  | 'altered'
  /** An entry is gone. */
  | 'missing'
  /** An entry is there that was never added. */
  | 'inserted'
  /** An entry stands where another one was. */
  | 'reordered'
  /** All entries from some place on are gone. */
  | 'truncated'
  /** The log is shorter than a checkpoint says it was. */
  | 'rolled_back'
  /** The log holds together and is not the one that a checkpoint was signed for. */
  | 'rewritten'
  /** A checkpoint was not signed by this log. */
  | 'bad_signature'
  /** The entries are right, and a hash of the tree is not. */
  | 'tile_altered'
  /** The entries are right, and what the tree says of its size and its end is not. */
  | 'tree_altered'
  /** What says that entries left at the end of their time was not signed by this log. */
  | 'retirement_altered';

export interface LogFault {
  readonly kind: LogFaultKind;
  /** The place in the log, from 0. */
  readonly leaf: number;
  /** The place after the last one it may be about; `leaf + 1` when it is about one. */
  readonly to: number;
  /** The entry that stands there, if one does. */
  readonly id: string | null;
  /** For a person, in one sentence. */
  readonly detail: string;
}

/** First by place; of one place, first what is wrong with an entry. */
export function inOrder(faults: readonly LogFault[]): LogFault[] {
  return [...faults].sort((a, b) => a.leaf - b.leaf || rank(a) - rank(b) || a.to - b.to);
}

const BESIDE_THE_LOG: readonly LogFaultKind[] = ['retirement_altered', 'bad_signature', 'tile_altered', 'tree_altered'];

function rank({ kind }: LogFault): number {
  return BESIDE_THE_LOG.indexOf(kind);
}

/** An entry that is not what the tree has at its place, or a place without its entry, before it is known why. */
export interface Suspect {
  readonly leaf: number;
  /** The place after it; places that lack their entries one after the other are one suspect. */
  readonly to: number;
  readonly id: string | null;
  /** The hash of the entry; null when there is none. */
  readonly found: string | null;
  /** The hash that the tree has there; null where it has none. */
  readonly wanted: string | null;
  /** Of several entries at one place, one too many. */
  readonly isExtra: boolean;
}

/** Tells from all that is wrong what happened to each: an entry that turns up elsewhere was moved. */
export function explain(suspects: readonly Suspect[]): LogFault[] {
  const wanted = new Map(suspects.flatMap(({ wanted: hash, leaf }) => (hash === null ? [] : [[hash, leaf]])));
  const found = new Map(suspects.flatMap(({ found: hash, id }) => (hash === null ? [] : [[hash, id]])));
  return suspects.map((suspect) => {
    const belongs = suspect.found === null ? undefined : wanted.get(suspect.found);
    if (belongs !== undefined && belongs !== suspect.leaf)
      return fault(suspect, 'reordered', `The entry at place ${suspect.leaf} is the one of place ${belongs}`);
    if (suspect.isExtra) return fault(suspect, 'inserted', `An entry that was never added stands at ${suspect.leaf}`);
    if (suspect.found !== null)
      return fault(suspect, 'altered', `The entry at place ${suspect.leaf} is not what it was when it was added`);
    const moved = suspect.wanted === null ? undefined : found.get(suspect.wanted);
    if (moved !== undefined)
      return fault({ ...suspect, id: moved }, 'reordered', `The entry of place ${suspect.leaf} stands elsewhere`);
    return fault(suspect, 'missing', `${placesOf(suspect)} gone`);
  });
}

/** Entries that are gone up to the very end were cut off. */
export function withTail(faults: readonly LogFault[], size: number): LogFault[] {
  return faults.map((fault) => {
    if (fault.kind !== 'missing' || fault.to !== size) return fault;
    return { ...fault, kind: 'truncated', detail: `The log ends at place ${fault.leaf}, and had ${size} entries` };
  });
}

function fault({ leaf, to, id }: Pick<Suspect, 'leaf' | 'to' | 'id'>, kind: LogFaultKind, detail: string): LogFault {
  return { kind, leaf, to, id, detail };
}

function placesOf({ leaf, to }: Suspect): string {
  return to === leaf + 1 ? `The entry of place ${leaf} is` : `The entries of places ${leaf} to ${to - 1} are`;
}

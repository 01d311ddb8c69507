import type { LogRow, LogQuestion } from './log-sources.js';
import { isBetweenOthers, isCounted, type LogPlan, windowOf } from './log-plan.js';
import { type HoursWindow, windowsOf } from './log-windows.js';
import { ReadingPace } from './reading-pace.js';
import type { ChunkPlace, ChunkSearch, FoundChunk, UseChunks } from './use-chunks.js';

/** How long somebody who wants to see a page waits for what is rare. */
export interface Patience {
  readonly ms: number;
  /** What there are at least in the first window. */
  readonly firstUses: number;
  /** So many are looked at, however long it takes. */
  readonly leastUses: number;
  /** So many chunks are searched, however long it takes. */
  readonly leastChunks: number;
}

/** Uses that were read one after the other. */
export interface UsesRead {
  readonly rows: readonly LogRow[];
  /** Whatever use is not read yet is older; null: all are read. */
  readonly from: number | null;
  /** Whether nobody waits for more. */
  readonly isOver: boolean;
}

type ReadRows = (question: LogQuestion, limit: number) => Promise<LogRow[]>;

/**
 * Reads uses, newest first: in windows of time that grow until there is enough, and, where the first window shows that what
 * is asked for is rare, in what bitmaps leave of the rest.
 */
export class UseReader {
  constructor(
    private readonly rows: ReadRows,
    private readonly chunks: UseChunks,
  ) {}

  /** @param deadline when to look no further, by the monotonic clock; the newest uses are looked at in any case. */
  async *read(plan: LogPlan, limit: number, deadline: number, patience: Patience): AsyncGenerator<UsesRead> {
    const { filter, search, hours } = plan;
    const share = isBetweenOthers(filter) ? SHARE_BETWEEN_OTHERS : 1;
    const [first, least] = [patience.firstUses * share, patience.leastUses * share];
    const pace = new ReadingPace(isCounted(filter) ? limit : first, deadline, least);
    let left = limit;
    let isFirst = true;
    for (const window of windowsOf(hours, () => pace.next())) {
      const rows = await this.rows({ filter, search, window: windowOf(plan, window) }, left);
      left -= rows.length;
      pace.add(window.hours);
      const { from } = window;
      const isMuch = isBetweenOthers(filter) || usesBehind(plan, window) > patience.leastUses;
      const isRare = isFirst && from !== null && left > 0;
      const inChunks = isRare && isMuch && !isCounted(filter) ? await this.chunks.search(plan) : undefined;
      yield { rows, from, isOver: inChunks === undefined && pace.isOver };
      if (inChunks && from !== null) {
        yield* this.#inChunks(plan, inChunks, from, limit, deadline, patience);
        return;
      }
      isFirst = false;
    }
  }

  /** @param to everything from this moment on was read. */
  async *#inChunks(
    plan: LogPlan,
    known: ChunkSearch,
    to: number,
    limit: number,
    deadline: number,
    { leastChunks }: Patience,
  ): AsyncGenerator<UsesRead> {
    const { filter, search } = plan;
    const seen = new Set<string>();
    const unseen = (rows: readonly LogRow[]) => rows.filter(({ id }) => !seen.has(id) && seen.add(id));
    // A use may be stored long after it happened, and is in no chunk for a while after that.
    let waiting = this.rows({ filter, search, window: { from: null, to, fromLeaf: known.end } }, limit);
    // Until it is waited for below.
    waiting.catch(() => undefined);
    let searched = 0;
    for (let place: ChunkPlace | null = null, size = FIRST_CHUNKS; ; size = sizeAfter(size, leastChunks - searched)) {
      const { found, next } = await this.chunks.find(plan, known, to, place, size);
      searched += size;
      const isLate = () => performance.now() >= deadline;
      const groups = groupsOf(found, limit);
      for (const [at, group] of groups.entries()) {
        const rows = await this.rows({ filter, search, window: windowOn(group, to) }, limit);
        const latest = groups[at + 1]?.[0]?.latest ?? next?.latest;
        const from = latest === undefined ? null : Math.min(latest + 1, to);
        yield { rows: unseen([...(await waiting), ...rows]), from, isOver: isLate() && isByTime(group) };
        waiting = NO_ROWS;
      }
      const from = next && Math.min(next.latest + 1, to);
      yield { rows: unseen(await waiting), from, isOver: isLate() && searched >= leastChunks };
      if (next === null) return;
      [place, waiting] = [next, NO_ROWS];
    }
  }
}

const NO_ROWS = Promise.resolve<LogRow[]>([]);
/** Of what is read otherwise. */
const SHARE_BETWEEN_OTHERS = 0.02;
/** A million uses and a half. */
const FIRST_CHUNKS = 96;
const GROWTH = 8;
/** Between two looks at the clock. */
const CHUNKS_MAX = GROWTH * FIRST_CHUNKS;
/** Single uses that are read at once. */
const GROUP_LEAVES_MAX = 2_000;

/** @param left how many are searched before anybody looks at the clock. */
function sizeAfter(size: number, left: number): number {
  return Math.min(size * GROWTH, left > 0 ? left : CHUNKS_MAX);
}

/** How many uses there may be left to look at. */
function usesBehind({ hours }: LogPlan, { from }: HoursWindow): number {
  return hours.reduce((sum, { at, uses }) => (from !== null && at < from ? sum + uses : sum), 0);
}

/**
 * Chunks that follow each other and are read at once: of those in which single uses may match, as many as make a page;
 * of the others one, and more each time, because the first may have enough.
 */
function groupsOf(found: readonly FoundChunk[], limit: number): FoundChunk[][] {
  const groups: FoundChunk[][] = [];
  let [leavesMax, chunksMax] = [limit, 1];
  for (const chunk of found) {
    const last = groups.at(-1);
    const isFull = last && (isByTime(last) ? last.length >= chunksMax : leavesOf(last) >= leavesMax);
    if (last && !isFull && isByTime(last) === isByTime([chunk])) last.push(chunk);
    else {
      if (isFull && isByTime(last)) chunksMax *= GROWTH;
      if (isFull && !isByTime(last)) leavesMax = Math.min(leavesMax * GROWTH, GROUP_LEAVES_MAX);
      groups.push([chunk]);
    }
  }
  return groups;
}

function isByTime([first]: readonly FoundChunk[]): boolean {
  return first?.leaves === null;
}

function leavesOf(group: readonly FoundChunk[]): number {
  return group.reduce((sum, { leaves }) => sum + (leaves?.length ?? 0), 0);
}

function windowOn(group: readonly FoundChunk[], to: number): NonNullable<LogQuestion['window']> {
  const times = { from: Math.min(...group.map((each) => each.earliest)), to };
  if (isByTime(group)) return { from: times.from, to: Math.min(to, Math.max(...group.map((each) => each.latest + 1))) };
  const leaves = group.flatMap(({ leaves: ofChunk, earliest, latest }) =>
    (ofChunk ?? []).map((leaf) => ({ leaf, from: earliest, to: latest + 1 })),
  );
  return { ...times, leaves };
}

import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { SALT_BYTES } from '#domain';
import { serverUrlOf } from '../database/connection-options.js';
import { sqlState } from '../database/transaction.js';
import { allowingTimeOnceFailed } from '../database/statement-time.js';
import type { TreeGrowth } from '../log-tree/grow-tree.sql.js';
import { LogTree } from '../log-tree/log-tree.js';
import { leavesOf } from './event-leaves.js';
import { READ_BYTES, type SpoolBatch, type SpoolFolder } from './spool-folder.js';
import { SpoolStore } from './spool-store.js';
import { SpooledEvents } from './spooled-events.js';
import { dayOf, UsageDays } from './usage-days.js';
import { END_SPOOL, READ_POSITION, SETTLE_SPOOL, START_SPOOL, STORE_BATCH } from './store-batch.sql.js';
import type { Unstorable } from './unstorable.js';
import { UseCounting } from './use-counting.js';

/** Larger ones are stored a little faster, and hold up others for longer. */
const BATCH = 10_000;
/** Others wait for the one connection of the embedded database meanwhile. */
const BATCH_EMBEDDED = 5_000;

/** Moves the events of a spool into the database, each exactly once, whenever either side stops and starts again. */
export class SpoolIngest extends SpoolStore {
  readonly #batch: number;
  readonly #days: UsageDays;
  readonly #tree: LogTree;
  readonly #counting: UseCounting;
  /** Memory to read into, of batches that the database has. Memory set aside for each would have to be collected. */
  readonly #rooms: Buffer[] = [];
  readonly #patiently = { store: allowingTimeOnceFailed(), count: allowingTimeOnceFailed() };

  constructor(
    private readonly dataSource: DataSource,
    private readonly unstorable: Unstorable,
  ) {
    super();
    this.#batch = serverUrlOf(dataSource) === null ? BATCH_EMBEDDED : BATCH;
    this.#days = new UsageDays(dataSource);
    this.#tree = new LogTree(dataSource);
    this.#counting = new UseCounting(dataSource);
  }

  override store(folder: SpoolFolder, end: number): Promise<number> {
    return this.#patiently.store(() => this.#store(folder, end));
  }

  override count(ofOthers: 'await' | 'skip'): Promise<void> {
    return this.#patiently.count(() => this.#counting.count(ofOthers));
  }

  override async end(folder: SpoolFolder): Promise<void> {
    await this.dataSource.query(END_SPOOL, [folder.id]);
  }

  async #store(folder: SpoolFolder, end: number): Promise<number> {
    let oneByOneUntil = 0;
    const prepare = (from: number, former: Prepared | null) =>
      this.#prepare(folder, from, end, from < oneByOneUntil ? 1 : this.#batch, former);
    let position = await this.#start(folder.id);
    let batch = await prepare(position, null);
    while (batch.next !== position) {
      // While the database stores the one before. Should it be refused or overtaken, this one is thrown away.
      const following = prepare(batch.next, batch);
      following.catch(() => undefined);
      const fate = await this.#fateOf(folder.id, position, batch);
      if (fate.kind === 'refused' && batch.events.count > 1) {
        oneByOneUntil = batch.next;
        batch = await prepare(position, null);
        continue;
      }
      const isStored =
        fate.kind === 'refused' ? await this.#reject(folder.id, position, batch, fate.state) : fate.kind === 'stored';
      // Not before: as long as the database has not answered, the events may be on their way to it from there.
      this.#rooms.push(batch.room);
      if (batch.damaged > 0) this.unstorable.damaged(batch.damaged, folder.id);
      // Read where another process was faster, which may have stored more than this batch, or less.
      position = isStored ? batch.next : await this.#position(READ_POSITION, folder.id);
      batch = await (position === batch.next ? following : prepare(position, null));
    }
    this.#rooms.push(batch.room);
    return this.#position(SETTLE_SPOOL, folder.id);
  }

  /** What becomes of a batch. */
  async #fateOf(id: string, position: number, batch: Prepared): Promise<Fate> {
    const fate = await this.#tryToStore(id, position, batch);
    if (fate.kind !== 'refused' || fate.state !== NO_PARTITION) return fate;
    // Uses of a day that the job did not make ahead: this process was off for days, or a clock is.
    await this.#days.make(
      Array.from(batch.events, (event) => dayOf((JSON.parse(event.toString()) as { at: number }).at)),
    );
    return this.#tryToStore(id, position, batch);
  }

  async #tryToStore(id: string, position: number, batch: Prepared): Promise<Fate> {
    try {
      return { kind: (await this.#append(id, position, batch)) ? 'stored' : 'overtaken' };
    } catch (error) {
      const state = sqlState(error);
      if (state === null || !ABOUT_CONTENT.test(state)) throw error;
      return { kind: 'refused', state };
    }
  }

  async #reject(id: string, position: number, batch: Prepared, state: string): Promise<boolean> {
    for (const event of batch.events) await this.unstorable.rejected(event, state);
    return this.#append(id, position, {
      ...batch,
      events: SpooledEvents.none,
      salts: NONE,
      leaves: NONE,
      growth: null,
    });
  }

  /** @returns false, and nothing has happened, when another process has stored the batch. */
  #append(id: string, position: number, { next, events, salts, leaves, growth }: Prepared): Promise<boolean> {
    return this.#tree.append({
      leaves,
      foreseen: growth,
      store: async (asks, { params }) => {
        const [row] = (await asks.query(STORE_BATCH, [id, position, next, events.array, salts, ...params])) as {
          moved: number;
        }[];
        return row?.moved === 1;
      },
    });
  }

  /** Reads a batch and computes all that storing it takes. @param former the batch before it, when that is on its way. */
  async #prepare(
    folder: SpoolFolder,
    position: number,
    end: number,
    countMax: number,
    former: Prepared | null,
  ): Promise<Prepared> {
    const room = this.#rooms.pop() ?? Buffer.allocUnsafeSlow(READ_BYTES);
    const batch = await folder.read(position, end, countMax, room);
    const salts = randomBytes(SALT_BYTES * batch.events.count);
    const leaves = await leavesOf(batch.events, salts);
    return { ...batch, room, salts, leaves, growth: await this.#tree.foresee(leaves, former?.growth ?? null) };
  }

  async #start(id: string): Promise<number> {
    await this.dataSource.query(START_SPOOL, [id]);
    return this.#position(READ_POSITION, id);
  }

  async #position(question: string, id: string): Promise<number> {
    const [row] = await this.dataSource.query<{ position: string }[]>(question, [id]);
    // Another process has stored all of it and removed the row with the files.
    return row === undefined ? Infinity : Number(row.position);
  }
}

/** Classes "data exception" and "integrity constraint violation": sending the same again will not help. */
const ABOUT_CONTENT = /^2[23]/;

/** The code of a row that no partition takes: a violation of the checks that partitions are. */
const NO_PARTITION = '23514';

/** What the log needs of a batch beside the events. */
interface Prepared extends SpoolBatch {
  /** What it was read into. */
  readonly room: Buffer;
  /** One behind the other, as the leaves are. */
  readonly salts: Buffer;
  readonly leaves: Buffer;
  /** What the tree of the log will grow by, if nobody else adds to it; null: it is not known what it will be then. */
  readonly growth: TreeGrowth | null;
}

/** What became of a batch: `overtaken` by another process, or `refused` by the database for its content. */
type Fate =
  { readonly kind: 'stored' } | { readonly kind: 'overtaken' } | { readonly kind: 'refused'; readonly state: string };

const NONE = Buffer.alloc(0);

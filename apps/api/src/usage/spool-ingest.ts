import type { DataSource } from 'typeorm';
import { serverUrlOf } from '../database/connection-options.js';
import { sqlState } from '../database/transaction.js';
import { allowingTimeOnceFailed } from '../database/statement-time.js';
import { LogTree } from '../log-tree/log-tree.js';
import { BatchPreparation, type PreparedBatch } from './batch-preparation.js';
import type { SpoolFolder } from './spool-folder.js';
import { SpoolStore } from './spool-store.js';
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
  readonly #preparation: BatchPreparation;
  readonly #patiently = { store: allowingTimeOnceFailed(), count: allowingTimeOnceFailed() };

  constructor(
    private readonly dataSource: DataSource,
    private readonly unstorable: Unstorable,
  ) {
    super();
    this.#batch = serverUrlOf(dataSource) === null ? BATCH_EMBEDDED : BATCH;
    this.#days = new UsageDays(dataSource);
    this.#tree = new LogTree(dataSource);
    this.#preparation = new BatchPreparation(this.#tree);
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
    const prepare = (from: number, former: PreparedBatch | null) =>
      this.#preparation.prepare(folder, [from, end], from < oneByOneUntil ? 1 : this.#batch, former);
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
      this.#preparation.giveBack(batch);
      if (batch.damaged > 0) this.unstorable.damaged(batch.damaged, folder.id);
      // Read where another process was faster, which may have stored more than this batch, or less.
      position = isStored ? batch.next : await this.#position(READ_POSITION, folder.id);
      batch = await (position === batch.next ? following : prepare(position, null));
    }
    this.#preparation.giveBack(batch);
    return this.#position(SETTLE_SPOOL, folder.id);
  }

  /** What becomes of a batch. */
  async #fateOf(id: string, position: number, batch: PreparedBatch): Promise<Fate> {
    const fate = await this.#tryToStore(id, position, batch);
    if (fate.kind !== 'refused' || fate.state !== NO_PARTITION) return fate;
    // Uses of a day that the job did not make ahead: this process was off for days, or a clock is.
    await this.#days.make(
      Array.from(batch.events, (event) => dayOf((JSON.parse(event.toString()) as { at: number }).at)),
    );
    return this.#tryToStore(id, position, batch);
  }

  async #tryToStore(id: string, position: number, batch: PreparedBatch): Promise<Fate> {
    if (!batch.isFit) return { kind: 'refused', state: UNREADABLE };
    try {
      return { kind: (await this.#append(id, position, batch)) ? 'stored' : 'overtaken' };
    } catch (error) {
      const state = sqlState(error);
      if (state === null || !ABOUT_CONTENT.test(state)) throw error;
      return { kind: 'refused', state };
    }
  }

  async #reject(id: string, position: number, batch: PreparedBatch, state: string): Promise<boolean> {
    for (const event of batch.events) await this.unstorable.rejected(event, state);
    return this.#append(id, position, await this.#preparation.without(batch));
  }

  /** @returns false, and nothing has happened, when another process has stored the batch. */
  #append(id: string, position: number, { next, room, salts, leaves, growth }: PreparedBatch): Promise<boolean> {
    return this.#tree.append({
      leaves,
      foreseen: growth,
      store: async (asks, { params }) => {
        const [row] = (await asks.query(STORE_BATCH, [
          id,
          position,
          next,
          salts,
          ...params,
          ...room.columns.params,
        ])) as {
          moved: number;
        }[];
        return row?.moved === 1;
      },
    });
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

/** As PostgreSQL says it of a text that is no value of its type. */
const UNREADABLE = '22P02';

/** The code of a row that no partition takes: a violation of the checks that partitions are. */
const NO_PARTITION = '23514';

/** What became of a batch: `overtaken` by another process, or `refused` for its content. */
type Fate =
  { readonly kind: 'stored' } | { readonly kind: 'overtaken' } | { readonly kind: 'refused'; readonly state: string };

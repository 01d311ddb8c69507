import { randomBytes } from 'node:crypto';
import { SALT_BYTES } from '#domain';
import type { TreeGrowth } from '../log-tree/grow-tree.sql.js';
import type { LogTree } from '../log-tree/log-tree.js';
import { leavesOf } from './event-leaves.js';
import { READ_BYTES, type SpoolBatch, type SpoolFolder } from './spool-folder.js';
import { UseColumns } from './use-columns.js';

/** A batch with all that storing it takes. */
export interface PreparedBatch extends SpoolBatch {
  readonly room: Room;
  /** Whether all of its events are uses. If not, nothing of what follows is there. */
  readonly isFit: boolean;
  /** One behind the other, as the leaves are. */
  readonly salts: Buffer;
  readonly leaves: Buffer;
  /** What the tree of the log will grow by, if nobody else adds to it; null: it is not known what it will be then. */
  readonly growth: TreeGrowth | null;
}

/** Memory for one batch. Set aside for each anew, it would have to be collected. */
interface Room {
  readonly bytes: Buffer;
  readonly columns: UseColumns;
}

/** Makes batches of a spool ready to be stored, one while another is on its way. */
export class BatchPreparation {
  readonly #rooms: Room[] = [];

  constructor(private readonly tree: LogTree) {}

  /**
   * Reads a batch and computes what belongs to it.
   * @param former the batch before it, when that is on its way.
   */
  async prepare(
    folder: SpoolFolder,
    [from, end]: readonly [from: number, end: number],
    countMax: number,
    former: PreparedBatch | null,
  ): Promise<PreparedBatch> {
    const room = this.#rooms.pop() ?? { bytes: Buffer.allocUnsafeSlow(READ_BYTES), columns: new UseColumns() };
    const batch = await folder.read(from, end, countMax, room.bytes);
    const isFit = await room.columns.fill(batch.events);
    const salts = randomBytes(isFit ? SALT_BYTES * batch.events.count : 0);
    const leaves = isFit ? await leavesOf(batch.events, salts) : NONE;
    return { ...batch, room, isFit, salts, leaves, growth: await this.tree.foresee(leaves, former?.growth ?? null) };
  }

  /** The same stretch of the spool with nothing in it. */
  async without(batch: PreparedBatch): Promise<PreparedBatch> {
    await batch.room.columns.fill();
    return { ...batch, isFit: true, salts: NONE, leaves: NONE, growth: null };
  }

  /** Not before the database has answered: until then the batch may be on its way to it from there. */
  giveBack({ room }: PreparedBatch): void {
    this.#rooms.push(room);
  }
}

const NONE = Buffer.alloc(0);

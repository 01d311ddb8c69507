import type { DataSource, EntityManager } from 'typeorm';
import type { Clock } from '#domain';
import { inTransaction } from '../database/transaction.js';
import { type CheckpointFolder } from './checkpoint-folder.js';
import type { LogSigner } from './log-signer.js';
import { type LogStanding, standingOf } from './log-standing.js';

/** What the log is told when an operator goes on with a database that is not the one it was. */
export interface Acceptance {
  readonly standing: LogStanding;
  /** Where the checkpoints lie now that the database does not go on from. */
  readonly aside: string | null;
}

/** The way on for a database whose log is older than a checkpoint in DATA_DIR, or another one. */
export class LogRecovery {
  constructor(
    private readonly dataSource: DataSource,
    private readonly signer: LogSigner,
    private readonly folder: CheckpointFolder,
    private readonly clock: Clock,
  ) {}

  async standing(): Promise<LogStanding> {
    return standingOf(this.dataSource, this.folder, await this.signer.verifier());
  }

  /**
   * Goes on from what is there: the log says so itself from then on. A run that was killed is started again.
   * @param record writes the entry of the log, in the transaction it is given.
   */
  async accept(record: (manager: EntityManager, standing: LogStanding) => Promise<void>): Promise<Acceptance> {
    const standing = await this.standing();
    if (standing.kind === 'good') return { standing, aside: null };
    // First the entry, then the folder: whatever is found sealed or open, it is never open without its entry.
    await inTransaction(this.dataSource, (manager) => record(manager, standing));
    return { standing, aside: await this.folder.setAside(this.clock.now()) };
  }
}

import type { DataSource, EntityManager } from 'typeorm';

/** A connection that breaks at the nth statement from when it was told to, before or after the statement took effect. */
export interface Break {
  readonly statement: number;
  readonly when: 'before' | 'after';
}

type Query = DataSource['query'];

/** A database seen through a connection that breaks on demand. It works again afterwards. */
export class FailingDataSource {
  #break: Break | null = null;
  #asked = 0;

  constructor(private readonly dataSource: DataSource) {}

  get options(): DataSource['options'] {
    return this.dataSource.options;
  }

  breakAt(next: Break | null): void {
    this.#break = next;
    this.#asked = 0;
  }

  readonly query: Query = (...args) => this.#ask(() => this.dataSource.query(...args)) as never;

  /** Its COMMIT is a statement like others: the answer to it may be lost. */
  readonly transaction = <T>(work: (manager: EntityManager) => Promise<T>): Promise<T> => {
    const query = (manager: EntityManager, args: Parameters<Query>) => this.#ask(() => manager.query(args[0], args[1]));
    return this.#ask(() =>
      this.dataSource.transaction((manager) => {
        const failing = Object.create(manager) as EntityManager;
        failing.query = (...args: Parameters<Query>) => query(manager, args) as never;
        return work(failing);
      }),
    );
  };

  asDataSource(): DataSource {
    return this as unknown as DataSource;
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    this.#asked += 1;
    const breaks = this.#break?.statement === this.#asked ? this.#break.when : null;
    if (breaks === 'before') throw new Error('the connection broke');
    const answer = await question();
    if (breaks === 'after') throw new Error('the connection broke');
    return answer;
  }
}

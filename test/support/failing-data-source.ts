import type { DataSource } from 'typeorm';

/** A connection that breaks at the nth statement from when it was told to, before or after the statement took effect. */
export interface Break {
  readonly statement: number;
  readonly when: 'before' | 'after';
}

/** A database seen through a connection that breaks on demand. It works again afterwards. */
export class FailingDataSource {
  #break: Break | null = null;
  #asked = 0;

  constructor(private readonly dataSource: DataSource) {}

  breakAt(next: Break | null): void {
    this.#break = next;
    this.#asked = 0;
  }

  readonly query: DataSource['query'] = async (...args) => {
    this.#asked += 1;
    const breaks = this.#break?.statement === this.#asked ? this.#break.when : null;
    if (breaks === 'before') throw new Error('the connection broke');
    const answer: unknown = await this.dataSource.query(...args);
    if (breaks === 'after') throw new Error('the connection broke');
    return answer as never;
  };

  asDataSource(): DataSource {
    return this as unknown as DataSource;
  }
}

import type { Logger } from 'typeorm';

/** Where the database speaks to the operator. Nest's Logger is one. */
export interface DatabaseLog {
  warn(message: string): void;
  error(message: string): void;
}

/**
 * What TypeORM may say: only its warnings, above all of a pool that lost its connections. Statements and their
 * parameters are never logged, because parameters are secrets and digests; errors reach whoever ran the statement.
 */
export class TypeormLog implements Logger {
  readonly #log: Pick<DatabaseLog, 'warn'> | null;

  /** Without a log it keeps its warnings to itself, too. */
  constructor(log: Pick<DatabaseLog, 'warn'> | null = null) {
    this.#log = log;
  }

  log(level: 'log' | 'info' | 'warn', message: unknown): void {
    if (level === 'warn') this.#log?.warn(String(message));
  }

  logQuery(): void {
    // Silent: see above, as are the rest.
  }
  logQueryError(): void {
    // Silent.
  }
  logQuerySlow(): void {
    // Silent.
  }
  logSchemaBuild(): void {
    // Silent.
  }
  logMigration(): void {
    // Silent.
  }
}

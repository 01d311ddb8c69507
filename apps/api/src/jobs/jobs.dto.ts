export class JobRunDto {
  /** @example 2026-11-22T14:00:00.000Z */
  started_at: Date;

  /** Null while it runs, or when its process ended first.
   * @example 2026-11-22T14:00:01.000Z */
  finished_at: Date | null;

  /** How many things it did.
   * @example 3 */
  items: number;

  /** What went wrong; null when nothing did.
   * @example null */
  error: string | null;
}

export class JobDto {
  /** @example expire_keys */
  name: string;

  /** @example 60 */
  every_seconds: number;

  /** Null until it has run once. */
  last_run: JobRunDto | null;

  /** @example 2026-11-22T14:01:00.000Z */
  next_run_at: Date;
}

export class JobListDto {
  items: JobDto[];
}

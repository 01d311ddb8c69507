import { ApiCount, ApiList, ApiText } from '../http/api-field.decorators.js';

export class JobRunDto {
  /** @example 2026-11-22T14:00:00.000Z */
  started_at: Date;

  /** Null while it runs, or when its process ended first.
   * @example 2026-11-22T14:00:01.000Z */
  finished_at: Date | null;

  /** How many things it did.
   * @example 3 */
  @ApiCount()
  items: number;

  /** What went wrong, without names and values, which the log has; null when nothing did.
   * @example "unknown failure" */
  @ApiText(2000)
  error: string | null;
}

export class JobDto {
  /** @example expire_keys */
  @ApiText(64)
  name: string;

  /** @example 60 */
  @ApiCount()
  every_seconds: number;

  /** Null until it has run once. */
  last_run: JobRunDto | null;

  /** @example 2026-11-22T14:01:00.000Z */
  next_run_at: Date;
}

export class JobListDto {
  @ApiList(100)
  items: JobDto[];
}

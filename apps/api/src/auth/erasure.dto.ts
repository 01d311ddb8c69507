import type { Erasure } from '../erasure/erasure.entity.js';
import { ApiCount, ApiId } from '../http/api-field.decorators.js';

/** How far it has come to take a person out. */
export class ErasureDto {
  /** @example 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  user_id: string;

  /** Since then the account is nobody's, and their keys are revoked.
   * @example 2026-11-22T14:00:00.000Z */
  requested_at: Date;

  /** Entries of the log, and other rows, that a person was taken out of so far.
   * @example 1204 */
  @ApiCount()
  redacted: number;

  /** When everything was, a minute after the request at the earliest; null: not yet. What comes later is taken out too.
   * @example 2026-11-22T14:01:15.000Z */
  finished_at: Date | null;
}

export function erasureView({ userId, requestedAt, redacted, finishedAt }: Erasure): ErasureDto {
  return { user_id: userId, requested_at: requestedAt, redacted: Number(redacted), finished_at: finishedAt };
}

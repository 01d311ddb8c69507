import type { VerdictCode } from '#domain';
import type { RequestOrigin } from '../http/request-origin.js';

/** What one answered verification leaves behind. `ip`, `userAgent` and the rest tell of the key's user, not of us. */
export interface UsageEvent extends RequestOrigin {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Null when the key presented is not one of ours; then there is no owner either. */
  readonly keyId: string | null;
  /** Of a well-formed key that is not one of ours, what tells it from others; no secret has that id. */
  readonly secretId: string | null;
  readonly ownerId: string | null;
  readonly outcome: VerdictCode;
  /** Whole microseconds from the request to the verdict. */
  readonly latencyUs: number;
  /** Permissions that were asked for and granted, of those that nobody has recorded for the key today; null: none. */
  readonly asked: readonly string[] | null;
}

import type { AuditAction } from './audit-action.js';
import type { LogCursor } from './log-cursor.js';

/** Which entries of the log are asked for. What is absent does not restrict. */
export interface LogFilter {
  /** Only the entry with this id. */
  readonly id?: string | undefined;
  /** Only what happened to the keys of this person. */
  readonly ownerId?: string | undefined;
  readonly apiKeyId?: string | undefined;
  readonly userId?: string | undefined;
  readonly action?: AuditAction | undefined;
  /** All that may stand for one address. */
  readonly addresses?: readonly string[] | undefined;
  readonly statusCode?: number | undefined;
  /** All that one request left. There is no index on it: say when that was, too. */
  readonly requestId?: string | undefined;
  /** Both inclusive. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Only entries older than the one at this place. */
  readonly before?: LogCursor | undefined;
  /** Part of a text that the entry shows, in any case; of addresses and request ids the whole. */
  readonly q?: string | undefined;
}

/** A stretch of time of the log. Null: without end in that direction. */
export interface LogWindow {
  /** Included. */
  readonly from: number | null;
  /** Not included. */
  readonly to: number | null;
  /** Where in it the uses are; absent: anywhere. */
  readonly uses?: readonly { readonly from: number; readonly to: number }[] | undefined;
  /** The places in the tree in which alone they are, with the time in which each is; absent: anywhere. */
  readonly leaves?: readonly { readonly leaf: number; readonly from: number; readonly to: number }[] | undefined;
  /** Only uses with this place in the tree or a later one. */
  readonly fromLeaf?: number | undefined;
  /** Only uses with an earlier place than this. */
  readonly toLeaf?: number | undefined;
}

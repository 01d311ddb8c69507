import type { EntityManager } from 'typeorm';
import type { RequestOrigin } from '../http/request-origin.js';

/** Who is to be taken out, and who asked for it. */
export interface ErasureRequest {
  readonly userId: string;
  readonly callerId: string;
  readonly origin: RequestOrigin;
}

/** What a piece of the work has come to. */
export interface ErasurePiece {
  /** Rows that said something of the person and no longer do. */
  readonly redacted: number;
  /** Where the next piece begins; null: there is nothing behind this one. */
  readonly next: string | null;
}

/** What one room holds of people. */
export interface ErasurePart {
  /** For the operator, who is told it when a piece fails. */
  readonly name: string;
  /** In the transaction of the request: what must be so from that moment on, and is little. */
  readonly atOnce?: (manager: EntityManager, request: ErasureRequest) => Promise<void>;
  /**
   * One piece of what may be much, in a transaction of its own. It finds what is left to do by itself: a pass may begin
   * anew at any time, and begins again when rows may have come that were on their way.
   * @param after what the piece before answered as `next`; null at the start.
   */
  readonly piece?: (manager: EntityManager, userId: string, after: string | null) => Promise<ErasurePiece>;
}

import type { EntityManager } from 'typeorm';
import { afterCommit } from '../database/transaction.js';
import { DurationHistogram } from '../metrics/duration-histogram.js';
import type { Change, ChangeKind } from './change.js';

/** How well this process knows what changes. */
export interface FeedStatus {
  /** `embedded`: nobody else can change anything. `server`: others do, and the feed tells of it. */
  readonly mode: 'embedded' | 'server';
  /** Milliseconds since the start of the last reading that succeeded; null before the first, 0 where nothing is read. */
  readonly ageMs: number | null;
  /**
   * Milliseconds from the writing of a change to the moment it was told here, the rest of its transaction included: the
   * most of the last minute, 0 when nothing changed.
   */
  readonly lagMs: number;
}

/**
 * Tells this process of every committed change of a key or a user, whoever made it: this process, another instance, or
 * somebody with psql. What is cached of them is dropped when it is told, and is worth something only while `trustedUntil`
 * lies ahead.
 *
 * Telling is synchronous and comes after the commit: what is read from the database once a change was told has it in it.
 */
export abstract class ChangeFeed {
  private readonly listeners = new Map<ChangeKind, ((id: string | null) => void)[]>();

  /**
   * The moment of `performance.now()` up to which whatever was not told has not happened, as far as anybody needs to
   * know: a lease that each reading renews. In the past: trust nothing that is cached, and ask the database.
   */
  abstract readonly trustedUntil: number;

  abstract readonly status: FeedStatus;

  /** How long changes took to be told here, from when they were written. */
  readonly lags = new DurationHistogram();

  /** @param listener is given an id, or null when every one of them may have changed. It must not throw. */
  onChange(kind: ChangeKind, listener: (id: string | null) => void): void {
    const others = this.listeners.get(kind) ?? [];
    this.listeners.set(kind, [...others, listener]);
  }

  /**
   * Tells this process as soon as the transaction has committed, and before whoever awaits it goes on: a change that was
   * answered holds here without waiting for the feed.
   */
  announce(manager: EntityManager, change: Change): void {
    afterCommit(manager, () => {
      this.tell(change);
    });
  }

  protected tell({ kind, id }: Change): void {
    for (const listener of this.listeners.get(kind) ?? []) listener(id);
  }
}

import { Injectable } from '@nestjs/common';
import type { BackgroundThread } from '../jobs/background-thread.js';
import type { Task } from '../jobs/task.js';
import { allowingTimeOnceFailed } from '../database/statement-time.js';
import type { EventOutbox } from '../events/event-outbox.js';
import { ShapeChanges } from './shape-changes.js';
import { ShapeScoring } from './shape-scoring.js';
import { UseScoring } from './use-scoring.js';

/** Looks at what keys did, a piece a call. Each answers whether there is more to look at. */
export abstract class Scoring {
  /** Of the next uses, at most `places` of the log. */
  abstract uses(places: number): Promise<boolean>;
  /** What the next few keys did in five minutes. */
  abstract shapes(): Promise<boolean>;
  /** What becomes of changed shapes. */
  abstract changes(): Promise<boolean>;
}

/** In this thread. */
@Injectable()
export class LocalScoring extends Scoring {
  readonly #patiently = { uses: allowingTimeOnceFailed(), shapes: allowingTimeOnceFailed() };

  constructor(
    private readonly useScoring: UseScoring,
    private readonly shapeScoring: ShapeScoring,
    private readonly shapeChanges: ShapeChanges,
  ) {
    super();
  }

  override uses(places: number): Promise<boolean> {
    return this.#patiently.uses(() => this.useScoring.score(places));
  }

  override shapes(): Promise<boolean> {
    return this.#patiently.shapes(() => this.shapeScoring.score());
  }

  override changes(): Promise<boolean> {
    return this.#patiently.shapes(() => this.shapeChanges.settle());
  }
}

/** What a piece of work came to in another thread. */
export interface Scored {
  readonly isMore: boolean;
  /** Whether events were committed there, which nobody here has heard of. */
  readonly hasEmitted: boolean;
}

export const SCORE_USES: Task<[places: number], Scored> = { name: 'anomaly.uses' };
export const SCORE_SHAPES: Task<[], Scored> = { name: 'anomaly.shapes' };
export const SETTLE_CHANGES: Task<[], Scored> = { name: 'anomaly.changes' };

/** In another thread, whose events are told here. */
export class ThreadedScoring extends Scoring {
  constructor(
    private readonly thread: BackgroundThread,
    private readonly outbox: EventOutbox,
  ) {
    super();
  }

  override uses(places: number): Promise<boolean> {
    return this.#told(this.thread.run(SCORE_USES, places));
  }

  override shapes(): Promise<boolean> {
    return this.#told(this.thread.run(SCORE_SHAPES));
  }

  override changes(): Promise<boolean> {
    return this.#told(this.thread.run(SETTLE_CHANGES));
  }

  async #told(scored: Promise<Scored>): Promise<boolean> {
    const { isMore, hasEmitted } = await scored;
    if (hasEmitted) this.outbox.committed();
    return isMore;
  }
}

import { Logger } from '@nestjs/common';
import type { Clock } from '#domain';
import type { KeptAddresses } from '../http/kept-addresses.js';
import type { Spool, SpoolFault } from './spool.js';
import type { UsageEvent } from './usage-event.js';

/** What happens to a verification whose event cannot be kept: it is answered and counted as unrecorded, or refused. */
export type WhenFull = 'drop' | 'refuse';

/** Told once the turn's events are kept. `mayAnswer` is false if they are not and the setting says to refuse then. */
export type AfterWrite = (mayAnswer: boolean) => void;

/** How often a loss that goes on is logged. */
const LOG_EVERY_MS = 10_000;

/**
 * Keeps one event of every answered verification, before the answer leaves.
 *
 *     recorder.record(event);
 *     recorder.afterWrite((mayAnswer) => reply.send(mayAnswer ? body : unavailable));
 *
 * All events of one turn of the event loop go to the spool in one synchronous write at the end of the turn: one system
 * call however many requests arrived together, and no promise a request. Every answer of the turn leaves after it.
 */
export class UsageRecorder {
  readonly #logger = new Logger('Usage');
  #events: string[] = [];
  #waiting: AfterWrite[] = [];
  #isScheduled = false;
  #dropped = 0;
  #loggedAt = -Infinity;
  #loggedDropped = 0;

  constructor(
    private readonly spool: Spool,
    private readonly whenFull: WhenFull,
    private readonly clock: Clock,
    private readonly addresses: Pick<KeptAddresses, 'keep'>,
  ) {}

  /** Events that were not kept since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  record(event: UsageEvent): void {
    const ip = this.addresses.keep(event.ip);
    this.#events.push(this.spool.encode(ip === event.ip ? event : { ...event, ip }));
    this.#schedule();
  }

  /** Calls back at the end of this turn, once everything recorded in it so far is written. */
  afterWrite(callback: AfterWrite): void {
    this.#waiting.push(callback);
    this.#schedule();
  }

  /** `afterWrite` for whoever waits for other things too. */
  written(): Promise<boolean> {
    return new Promise((resolve) => {
      this.afterWrite(resolve);
    });
  }

  /** Ends the turn now. For shutdown, which must not leave an event in memory. */
  flush(): void {
    const events = this.#events;
    const waiting = this.#waiting;
    this.#events = [];
    this.#waiting = [];
    const fault = events.length === 0 ? null : this.spool.append(events);
    if (fault !== null) this.#drop(events.length, fault);
    const mayAnswer = fault === null || this.whenFull === 'drop';
    for (const callback of waiting) this.#answer(callback, mayAnswer);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    // Runs after the sockets of this turn were read and before those of the next.
    setImmediate(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  /** One answer that fails must not hold back the others of its turn. */
  #answer(callback: AfterWrite, mayAnswer: boolean): void {
    try {
      callback(mayAnswer);
    } catch (error) {
      this.#logger.error(error);
    }
  }

  #drop(count: number, fault: SpoolFault): void {
    this.#dropped += count;
    const now = this.clock.now();
    if (now - this.#loggedAt < LOG_EVERY_MS) return;
    const lost = this.#dropped - this.#loggedDropped;
    const then = this.whenFull === 'drop' ? 'answered without a record' : 'refused';
    this.#logger.error(`The usage spool is ${FAULTS[fault]}: ${lost} verifications ${then} since the last such line`);
    this.#loggedAt = now;
    this.#loggedDropped = this.#dropped;
  }
}

const FAULTS: Record<SpoolFault, string> = { full: 'full', write_failed: 'not writable' };

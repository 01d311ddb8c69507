import { type Tape } from '../tape.js';
import { type Block } from './block.js';

const DAY_MS = 86_400_000;
const SLOTS_A_DAY = 48;
const SLOT_MS = DAY_MS / SLOTS_A_DAY;
const DAYS_A_WEEK = 7;
const SLOTS_A_WEEK = DAYS_A_WEEK * SLOTS_A_DAY;
/** How much of the newest value the slow level and the errors take up. */
const SLOWNESS = 0.003;
const WEEKLY_FROM_DAYS = 14;

/** What was to be expected, and by how much it is usually missed. */
export interface Expected {
  readonly value: number;
  readonly error: number;
}

/**
 * Expects what was usual at this time of day, at this time of the week, or lately: whichever has missed by least so far.
 * Times between two slots are read between their means, or every half hour would begin with a jump.
 */
export class Expectation {
  static readonly SIZE = SLOTS_A_DAY + SLOTS_A_WEEK;

  private readonly daily: SlotMeans;
  private readonly weekly: SlotMeans;
  private steps = 0;
  private startedAt = 0;
  private slot = -1;
  private slotSum = 0;
  private slotCount = 0;
  private level = 0;
  private levelError = 0;
  private dailyError = 0;
  private weeklyError = 0;

  constructor(
    private readonly learningDays: number,
    block: Block,
  ) {
    this.daily = new SlotMeans(SLOTS_A_DAY, 0.1, block);
    this.weekly = new SlotMeans(SLOTS_A_WEEK, 0.25, block);
  }

  /** What was expected at this moment, before the value is learned. Moments do not go back. */
  learn(at: number, value: number): Expected {
    if (this.steps === 0) {
      this.startedAt = at;
      this.level = value;
    }
    const days = (at - this.startedAt) / DAY_MS;
    const slot = Math.floor(at / SLOT_MS) % SLOTS_A_WEEK;
    if (slot !== this.slot) this.closeSlot(slot, days);
    const offset = (at / SLOT_MS) % 1;
    const daily = this.daily.at(slot % SLOTS_A_DAY, offset);
    const weekly = days < WEEKLY_FROM_DAYS ? undefined : this.weekly.at(slot, offset);
    const expected = this.best(daily, weekly, days);

    this.steps++;
    const share = Math.max(SLOWNESS, 1 / this.steps);
    this.levelError += share * (Math.abs(value - this.level) - this.levelError);
    this.dailyError = errorAfter(this.dailyError, daily, value, share, this.levelError);
    this.weeklyError = errorAfter(this.weeklyError, weekly, value, share, this.levelError);
    this.level += share * (value - this.level);
    this.slotSum += value;
    this.slotCount++;
    return expected;
  }

  /** All but what is kept in the block. */
  pass(tape: Tape): void {
    this.steps = tape.number(this.steps);
    this.startedAt = tape.number(this.startedAt);
    this.slot = tape.number(this.slot);
    this.slotSum = tape.number(this.slotSum);
    this.slotCount = tape.number(this.slotCount);
    this.level = tape.number(this.level);
    this.levelError = tape.number(this.levelError);
    this.dailyError = tape.number(this.dailyError);
    this.weeklyError = tape.number(this.weeklyError);
  }

  private best(daily: number | undefined, weekly: number | undefined, days: number): Expected {
    let expected = { value: this.level, error: this.levelError };
    if (daily !== undefined && days >= this.learningDays && this.dailyError < expected.error)
      expected = { value: daily, error: this.dailyError };
    if (weekly !== undefined && this.weeklyError < expected.error)
      expected = { value: weekly, error: this.weeklyError };
    return expected;
  }

  private closeSlot(next: number, days: number): void {
    if (this.slotCount > 0) {
      const mean = this.slotSum / this.slotCount;
      this.daily.add(this.slot % SLOTS_A_DAY, mean, days);
      this.weekly.add(this.slot, mean, days / DAYS_A_WEEK);
    }
    this.slot = next;
    this.slotSum = 0;
    this.slotCount = 0;
  }
}

/** Until there is something to expect by, it is as good as the level. */
function errorAfter(
  error: number,
  expected: number | undefined,
  value: number,
  share: number,
  atFirst: number,
): number {
  return expected === undefined ? atFirst : error + share * (Math.abs(value - expected) - error);
}

/** Means of what was seen in each slot of a day or week, in which the newest weighs at least `newest`. */
class SlotMeans {
  /** NaN: not seen yet. */
  private readonly means: Float32Array;

  constructor(
    private readonly slots: number,
    private readonly newest: number,
    block: Block,
  ) {
    this.means = block.lend(slots).fill(NaN);
  }

  /** @param rounds how many days or weeks there have been, which is how often the slot was seen. */
  add(slot: number, value: number, rounds: number): void {
    const mean = this.means[slot] ?? NaN;
    const share = Math.max(this.newest, 1 / (1 + Math.floor(rounds)));
    this.means[slot] = Number.isNaN(mean) ? value : mean + share * (value - mean);
  }

  /** @param offset where in the slot, at least 0, below 1. Undefined: it was not seen yet. */
  at(slot: number, offset: number): number | undefined {
    const mean = this.means[slot] ?? NaN;
    if (Number.isNaN(mean)) return undefined;
    const neighbour = this.means[(slot + (offset >= 0.5 ? 1 : this.slots - 1)) % this.slots] ?? NaN;
    if (Number.isNaN(neighbour)) return mean;
    const share = Math.abs(offset - 0.5);
    return (1 - share) * mean + share * neighbour;
  }
}

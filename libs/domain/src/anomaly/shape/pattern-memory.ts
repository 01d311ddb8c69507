import { type Tape } from '../tape.js';
import { type Block } from './block.js';
import { type NoveltySetting } from './setting.js';

/** In steps; in each the biggest novelty is noted. */
const BLOCK = 48;
/** How much of the newest block the usual biggest novelty takes up. */
const NEWEST_BLOCK = 1 / 30;
/** Novelty below this share of the range ever seen is noise for any key. */
const NOISE = 0.03;

/**
 * Remembers where a point has been, and tells how far from all of that it is now: as a multiple of the biggest novelty
 * that is usual for it. 1 is nothing special, 0 has been seen before.
 */
export class PatternMemory {
  /** Two numbers each. */
  private readonly prototypes: Float32Array;
  /** The step at which each was met last. */
  private readonly metAt: Float32Array;
  private readonly waiting: Float32Array;
  private held = 0;
  private steps = 0;
  private lowest = Infinity;
  private highest = -Infinity;
  private usual = 0;
  private blocks = 0;
  private biggestInBlock = 0;
  private nearest = -1;

  constructor(
    private readonly setting: NoveltySetting,
    block: Block,
  ) {
    this.prototypes = block.lend(2 * setting.prototypes);
    this.metAt = block.lend(setting.prototypes);
    this.waiting = block.lend(2 * setting.delaySteps);
  }

  static size({ prototypes, delaySteps }: NoveltySetting): number {
    return 3 * prototypes + 2 * delaySteps;
  }

  step(x: number, y: number, isLearning: boolean): number {
    this.lowest = Math.min(this.lowest, x, y);
    this.highest = Math.max(this.highest, x, y);
    const range = Math.max(this.highest - this.lowest, 1e-12);
    const novelty = isLearning || this.held === 0 ? 0 : this.distance(x, y) / range;
    const score = novelty / (NOISE + this.usual);
    this.noteUsual(novelty);
    this.exchange(x, y, this.setting.tolerance * range);
    return score;
  }

  /** All but what is kept in the block. */
  pass(tape: Tape): void {
    this.held = tape.number(this.held);
    this.steps = tape.number(this.steps);
    this.lowest = tape.number(this.lowest);
    this.highest = tape.number(this.highest);
    this.usual = tape.number(this.usual);
    this.blocks = tape.number(this.blocks);
    this.biggestInBlock = tape.number(this.biggestInBlock);
  }

  private noteUsual(novelty: number): void {
    this.biggestInBlock = Math.max(this.biggestInBlock, novelty);
    if ((this.steps + 1) % BLOCK !== 0) return;
    this.blocks++;
    this.usual += Math.max(NEWEST_BLOCK, 1 / this.blocks) * (this.biggestInBlock - this.usual);
    this.biggestInBlock = 0;
  }

  /** The new point begins to wait; the one that has waited long enough is known from now on. */
  private exchange(x: number, y: number, tolerance: number): void {
    const at = 2 * (this.steps % this.setting.delaySteps);
    if (this.steps >= this.setting.delaySteps)
      this.remember(this.waiting[at] ?? 0, this.waiting[at + 1] ?? 0, tolerance);
    this.waiting[at] = x;
    this.waiting[at + 1] = y;
    this.steps++;
  }

  private remember(x: number, y: number, tolerance: number): void {
    if (this.held > 0 && this.distance(x, y) < tolerance) {
      this.metAt[this.nearest] = this.steps;
      return;
    }
    const place = this.held < this.setting.prototypes ? this.held++ : this.metLongestAgo();
    this.prototypes[2 * place] = x;
    this.prototypes[2 * place + 1] = y;
    this.metAt[place] = this.steps;
  }

  /** To the nearest prototype, which is noted. */
  private distance(x: number, y: number): number {
    const { prototypes } = this;
    let least = Infinity;
    for (let place = 0, at = 0; place < this.held; place++, at += 2) {
      const dx = x - (prototypes[at] as number);
      const dy = y - (prototypes[at + 1] as number);
      const square = dx * dx + dy * dy;
      if (square < least) {
        least = square;
        this.nearest = place;
      }
    }
    return Math.sqrt(least);
  }

  private metLongestAgo(): number {
    return this.metAt.indexOf(Math.min(...this.metAt));
  }
}

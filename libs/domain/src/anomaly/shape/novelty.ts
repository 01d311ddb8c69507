import { type Tape } from '../tape.js';
import { Block } from './block.js';
import { Expectation, type Expected } from './expectation.js';
import { PatternMemory } from './pattern-memory.js';
import { type NoveltySetting } from './setting.js';

/** The newest first. */
type Surprises = Float32Array;

/** How many of the newest surprises the patterns look at. */
const LOOKS_BACK = 25;

/**
 * The patterns of the last steps, each a point in a plane of its own, by how far values were from what was expected.
 * At steps of five minutes, twelve are an hour.
 */
const PATTERNS: readonly ((recent: Surprises) => readonly [x: number, y: number])[] = [
  // Now, against the two hours before.
  (recent) => [recent[0] ?? 0, mean(recent, 1, 24)],
  // Now, against half an hour ago.
  (recent) => [recent[0] ?? 0, recent[6] ?? 0],
  // This hour against the one before.
  (recent) => [mean(recent, 0, 12), mean(recent, 12, 12)],
  // How suddenly.
  (recent) => [(recent[0] ?? 0) - (recent[1] ?? 0), 0],
  // How much and how unsteadily in two hours.
  (recent) => {
    const level = mean(recent, 0, 24);
    return [level, spread(recent, 24, level)];
  },
];

export interface Novelty {
  /** How much the last steps are unlike all before, in multiples of what is usual at most. */
  readonly score: number;
  readonly expected: Expected;
}

/**
 * Tells of one number after another whether the latest are like any before. Nothing is trained and nothing looks ahead;
 * the memory is fixed, and the same numbers give the same scores.
 */
export class NoveltyMeter {
  private readonly block: Block;
  private readonly expectation: Expectation;
  private readonly memories: PatternMemory[];
  private readonly recent: Surprises;
  private steps = 0;

  constructor(private readonly setting: NoveltySetting) {
    this.block = new Block(Expectation.SIZE + PATTERNS.length * PatternMemory.size(setting) + LOOKS_BACK);
    this.expectation = new Expectation(setting.learningDays, this.block);
    this.memories = PATTERNS.map(() => new PatternMemory(setting, this.block));
    this.recent = this.block.lend(LOOKS_BACK);
  }

  /** @param at milliseconds since the epoch, never before the one of the step before. */
  step(at: number, value: number): Novelty {
    const expected = this.expectation.learn(at, value);
    this.recent.copyWithin(1, 0);
    this.recent[0] = value - expected.value;
    const isLearning = this.steps <= this.setting.learningSteps;
    this.steps++;
    if (this.steps <= LOOKS_BACK) return { score: 0, expected };
    let sum = 0;
    this.memories.forEach((memory, index) => {
      const [x, y] = PATTERNS[index]?.(this.recent) ?? [0, 0];
      sum += memory.step(x, y, isLearning);
    });
    return { score: sum / this.memories.length, expected };
  }

  pass(tape: Tape): void {
    tape.floats(this.block.all);
    this.expectation.pass(tape);
    for (const memory of this.memories) memory.pass(tape);
    this.steps = tape.number(this.steps);
  }
}

function mean(values: Surprises, from: number, count: number): number {
  let sum = 0;
  for (let index = from; index < from + count; index++) sum += values[index] ?? 0;
  return sum / count;
}

function spread(values: Surprises, count: number, around: number): number {
  let sum = 0;
  for (let index = 0; index < count; index++) sum += ((values[index] ?? 0) - around) ** 2;
  return Math.sqrt(sum / count);
}

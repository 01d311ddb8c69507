import { type RacedAnswer } from './answer-reader.js';
import { type Scene } from './scene.js';

/** How one round ended. */
export interface Outcome {
  /** Who won, in words that rounds can be counted by. */
  readonly winners: string;
  /** What must not be, one line each. */
  readonly faults: readonly string[];
}

/** A race that is run many times: of several parallel requests one wins, or the winners come one after the other. */
export interface Contest {
  readonly name: string;
  /** One round in so many: for contests that start a server each time. */
  readonly oneRoundIn?: number;
  /** Prepares so many rounds, and returns what runs one. */
  open(scene: Scene, parallel: number, rounds: number): Promise<Course>;
}

export interface Course {
  round(): Promise<Outcome>;
  /** Looks at what is known only later, and puts back what the contest changed for others. */
  close?(): Promise<readonly string[]>;
}

/** `201`, or `409 KEY_STATE_CONFLICT`: what a refusal says of itself. */
export function answerKind({ status, body }: RacedAnswer): string {
  return status >= 400 ? `${status} ${String(body['code'])}` : String(status);
}

/** Complains of every answer that is none of these: of each 5xx above all. */
export function strangers(answers: readonly RacedAnswer[], expected: readonly string[]): string[] {
  const kinds = answers.map(answerKind).filter((kind) => !expected.includes(kind));
  return [...new Set(kinds)].map((kind) => `${kinds.filter((other) => other === kind).length} answered ${kind}`);
}

/** A complaint when there are not as many as there should be. */
export function expectCount(what: string, found: number, expected: number): string[] {
  return found === expected ? [] : [`${found} ${what}, expected ${expected}`];
}

export function withStatus(answers: readonly RacedAnswer[], status: number): RacedAnswer[] {
  return answers.filter((answer) => answer.status === status);
}
